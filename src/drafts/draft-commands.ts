import type { Slice } from '../platform/slice.js';
import { ClearDraftHandler } from './clear-draft.js';
import { CreateDraftEndpoint, CreateDraftHandler } from './create-draft.js';
import { DiscardDraftEndpoint, DiscardDraftHandler } from './discard-draft.js';
import { DownloadUploadEndpoint, DownloadUploadHandler } from './download-upload.js';
import { DraftCopyRun } from './draft-copy-run.js';
import { DraftMail } from './draft-mail.js';
import { DraftWorker } from './draft-worker.js';
import { LeftDrafts } from './left-drafts.js';
import { DraftContents } from './draft-contents.js';
import { DraftEnds } from './draft-ends.js';
import { DraftRows } from './draft-rows.js';
import { DraftSaves } from './draft-saves.js';
import { Drafts } from './drafts.js';
import { EditMessageEndpoint, EditMessageHandler } from './edit-message.js';
import { EndDraftsOfAccountHandler } from './end-drafts-of-account.js';
import { EndSentDraftHandler } from './end-sent-draft.js';
import { FoundDrafts } from './found-drafts.js';
import { ReadDraftEndpoint, ReadDraftHandler } from './read-draft.js';
import { ReopenMessageHandler } from './reopen-message.js';
import { SaveDraftEndpoint, SaveDraftHandler } from './save-draft.js';
import { SendDraftEndpoint, SendDraftHandler } from './send-draft.js';

export const draftCommands: Slice = {
  endpoints: [
    CreateDraftEndpoint,
    ReadDraftEndpoint,
    SaveDraftEndpoint,
    DiscardDraftEndpoint,
    SendDraftEndpoint,
    DownloadUploadEndpoint,
    EditMessageEndpoint,
  ],
  handlers: [
    CreateDraftHandler,
    ReadDraftHandler,
    SaveDraftHandler,
    DiscardDraftHandler,
    SendDraftHandler,
    DownloadUploadHandler,
    EditMessageHandler,
    ReopenMessageHandler,
    EndSentDraftHandler,
    ClearDraftHandler,
    EndDraftsOfAccountHandler,
  ],
  services: [
    DraftRows,
    DraftContents,
    DraftSaves,
    DraftEnds,
    Drafts,
    FoundDrafts,
    LeftDrafts,
    DraftMail,
    DraftCopyRun,
    DraftWorker,
  ],
};
