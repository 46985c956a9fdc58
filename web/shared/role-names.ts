import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Me } from './me.js';

export const ROLES: Record<Me['role'], MessageDescriptor> = {
  administrator: msg`administrator`,
  user: msg`user`,
  auditor: msg`auditor`,
};
