import type { Slice } from '../../src/platform/slice.js';
import { SearchPosition } from '../mail-search/search-position.js';
import { MissingTexts } from '../mail-search/missing-texts.js';
import { ReadMarks } from '../reading/read-marks.js';
import { CalendarEndpoint, ShowCalendarHandler } from './calendar.js';
import { RawMessages } from './raw-messages.js';
import { DownloadAttachmentEndpoint, DownloadAttachmentHandler } from './download-attachment.js';
import { DownloadMessageEndpoint, DownloadMessageHandler } from './download-message.js';
import { Matches } from './matches.js';
import { ListFoldersEndpoint, ListFoldersHandler } from './list-folders.js';
import { ListDraftsEndpoint } from './list-drafts.js';
import { ListOutboxEndpoint } from './list-outbox.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';
import { OpenMessageEndpoint, OpenMessageHandler } from './open-message.js';
import { Openings } from './openings.js';
import { ReadThreadEndpoint, ReadThreadHandler } from './read-thread.js';
import { ShowHoldEndpoint, ShowHoldHandler } from './show-hold.js';
import { VisibleMessages } from './visible-message.js';
import { WantedMessages } from './wanted-messages.js';
import { DraftSearch } from './draft-search.js';
import { WithDrafts } from './with-drafts.js';

export const mailboxQueries: Slice = {
  endpoints: [
    CalendarEndpoint,
    ListMessagesEndpoint,
    ListOutboxEndpoint,
    ListDraftsEndpoint,
    ShowHoldEndpoint,
    ListFoldersEndpoint,
    OpenMessageEndpoint,
    DownloadMessageEndpoint,
    DownloadAttachmentEndpoint,
    ReadThreadEndpoint,
  ],
  handlers: [
    ShowCalendarHandler,
    ListMessagesHandler,
    ShowHoldHandler,
    ListFoldersHandler,
    OpenMessageHandler,
    DownloadMessageHandler,
    DownloadAttachmentHandler,
    ReadThreadHandler,
  ],
  services: [
    Matches,
    MissingTexts,
    VisibleMessages,
    Openings,
    RawMessages,
    SearchPosition,
    WantedMessages,
    ReadMarks,
    WithDrafts,
    DraftSearch,
  ],
};
