import type { Slice } from '../platform/slice.js';
import { FetchMailEndpoint, FetchMailHandler } from './fetching/fetch-mail.js';
import { FetchRun } from './fetching/fetch-run.js';
import { FetchWorker } from './fetching/fetch-worker.js';
import { FolderIntake } from './fetching/folder-intake.js';
import { FolderRenames } from './folders/folder-renames.js';
import { ServerFolders } from './folders/server-folders.js';
import { FolderComparison } from './looking/folder-comparison.js';
import { FolderLooks } from './looking/folder-looks.js';
import { UnfetchedFolder } from './looking/unfetched-folder.js';
import { MailboxConnections } from './mailbox-connections.js';
import { WatchRun } from './watching/watch-run.js';
import { WatchWorker } from './watching/watch-worker.js';
import { WishRun } from './wishes/wish-run.js';
import { PendingWishes } from './wishes/pending-wishes.js';
import { Places } from './placing/places.js';
import { BlobRepair } from './repairing/blob-repair.js';
import { StoredMessages } from './repairing/stored-messages.js';

export const mailboxCommands: Slice = {
  endpoints: [FetchMailEndpoint],
  handlers: [FetchMailHandler],
  services: [
    MailboxConnections,
    BlobRepair,
    StoredMessages,
    FetchWorker,
    FetchRun,
    FolderIntake,
    Places,
    FolderLooks,
    FolderComparison,
    UnfetchedFolder,
    PendingWishes,
    WishRun,
    WatchRun,
    WatchWorker,
    FolderRenames,
    ServerFolders,
  ],
};
