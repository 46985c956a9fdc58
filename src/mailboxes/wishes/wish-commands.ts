import type { Slice } from '../../platform/slice.js';
import { ChangeManyMessagesEndpoint } from './change-many-messages.js';
import { ChangeMatchingMessagesEndpoint } from './change-matching-messages.js';
import { ChangeMessageEndpoint } from './change-message.js';
import { ChangeMessagesHandler } from './change-messages.js';
import { MessageMarks } from './message-marks.js';
import { KnownMail } from './known-mail.js';
import { TrashWorker } from './trash-worker.js';

export const wishCommands: Slice = {
  endpoints: [ChangeMessageEndpoint, ChangeManyMessagesEndpoint, ChangeMatchingMessagesEndpoint],
  handlers: [ChangeMessagesHandler],
  services: [KnownMail, MessageMarks, TrashWorker],
};
