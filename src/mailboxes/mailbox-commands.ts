import type { Slice } from '../platform/slice.js';
import { FetchMailEndpoint, FetchMailHandler } from './fetch-mail.js';
import { FetchRun } from './fetch-run.js';
import { FetchWorker } from './fetch-worker.js';
import { FolderIntake } from './folder-intake.js';
import { MessageIntake } from './message-intake.js';

export const mailboxCommands: Slice = {
  endpoints: [FetchMailEndpoint],
  handlers: [FetchMailHandler],
  services: [FetchWorker, FetchRun, FolderIntake, MessageIntake],
};
