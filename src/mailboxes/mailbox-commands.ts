import type { Slice } from '../platform/slice.js';
import { FetchMailEndpoint, FetchMailHandler } from './fetching/fetch-mail.js';
import { FetchRun } from './fetching/fetch-run.js';
import { FetchWorker } from './fetching/fetch-worker.js';
import { FolderIntake } from './fetching/folder-intake.js';
import { MessageIntake } from '../messages/message-intake.js';

export const mailboxCommands: Slice = {
  endpoints: [FetchMailEndpoint],
  handlers: [FetchMailHandler],
  services: [FetchWorker, FetchRun, FolderIntake, MessageIntake],
};
