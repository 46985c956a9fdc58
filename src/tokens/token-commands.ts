import type { Slice } from '../platform/slice.js';
import { IssueTokenEndpoint, IssueTokenHandler } from './issue-token.js';
import { RevokeTokenEndpoint, RevokeTokenHandler } from './revoke-token.js';

export const tokenCommands: Slice = {
  endpoints: [IssueTokenEndpoint, RevokeTokenEndpoint],
  handlers: [IssueTokenHandler, RevokeTokenHandler],
};
