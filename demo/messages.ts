import { automatic } from './messages/automatic.js';
import { business } from './messages/business.js';
import { correspondence } from './messages/correspondence.js';
import type { DemoMessage } from './messages/demo-message.js';
import { odd } from './messages/odd.js';
import { own } from './messages/own.js';

export type { DemoMessage };

/** The mailbox of a small firm, anna@example.test. The bytes are equal at every start and on every machine. */
export const demoMessages: readonly DemoMessage[] = [...own, ...correspondence, ...business, ...automatic, ...odd];
