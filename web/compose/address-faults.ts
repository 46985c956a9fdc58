import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { AddressFault } from './recipients.js';

export const FAULTS: Record<AddressFault, MessageDescriptor> = {
  'no-at': msg`the @ is missing`,
  'nothing-before': msg`nothing stands before the @`,
  'no-domain': msg`the part after the @ is not complete, such as “example.com”`,
  'not-allowed': msg`a space or a sign in it is not allowed`,
};
