import { automatic } from './messages/automatic.js';
import { business } from './messages/business.js';
import { correspondence } from './messages/correspondence.js';
import type { DemoMessage } from './messages/demo-message.js';
import { odd } from './messages/odd.js';
import { own } from './messages/own.js';

export type { DemoMessage };

/** A small firm's mailbox, anna@example.test: the same bytes at every call and on every machine. */
export const demoMessages: readonly DemoMessage[] = [...own, ...correspondence, ...business, ...automatic, ...odd];
