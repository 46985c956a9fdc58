import { accounts } from '../projections/accounts/accounts.js';
import { attempts } from '../projections/attempts/attempts.js';
import { companies } from '../projections/companies/companies.js';
import { contacts } from '../projections/contacts/contacts.js';
import { erasures } from '../projections/erasures/erasures.js';
import { fetches } from '../projections/fetches/fetches.js';
import { gaps } from '../projections/gaps/gaps.js';
import { history } from '../projections/history/history.js';
import { mailSearch } from '../projections/mail-search/mail-search.js';
import { messageHistory } from '../projections/message-history/message-history.js';
import { mailboxView } from '../projections/mailbox-view/mailbox-view.js';
import { notifications } from '../projections/notifications/notifications.js';
import { people } from '../projections/people/people.js';
import { reading } from '../projections/reading/reading.js';
import type { RawMessages } from '../projections/mailbox-view/raw-messages.js';
import { tasks } from '../projections/tasks/tasks.js';
import { absenceReplies } from '../projections/autoresponder/absence-replies.js';
import { whoMayDoWhat } from './access/who-may-do-what.js';
import { eraseSecretsWhenAccountRemoved } from './accounts/erase-secrets-when-account-removed.saga.js';
import { absences } from './autoresponder/absences.js';
import { replyWhenMessageReceived } from './autoresponder/reply-when-message-received.saga.js';
import { createCompanyWhenMessageReceived } from './companies/create-company-when-message-received.saga.js';
import { createContactWhenMessageReceived } from './contacts/create-contact-when-message-received.saga.js';
import { clearDraftWhenEnded } from './drafts/clear-draft-when-ended.saga.js';
import { endDraftWhenSent } from './drafts/end-draft-when-sent.saga.js';
import { reopenMessageWhenEdited } from './drafts/reopen-message-when-edited.saga.js';
import { foundDrafts } from './drafts/found-drafts.js';
import { erasePersonWhenRequested } from './erasures/erase-person-when-requested.saga.js';
import { traces } from './erasures/traces.js';
import { recentMail } from './accounts/preview/recent-mail.js';
import { ownAddresses } from './accounts/own-addresses.js';
import { folderAccounts } from './mailboxes/folders/folder-accounts.js';
import { placements } from './mailboxes/placing/placements.js';
import { pendingFetches } from './mailboxes/fetching/pending-fetches.js';
import type { MessageReader } from './mail/reading/message-reader.js';
import { joinConversationsWhenMessageFound } from './messages/join-conversations-when-message-found.saga.js';
import { KNOWN_MESSAGES, knownMessages } from './messages/known-messages.js';
import { sentMessages } from './messages/sent-messages.js';
import type { MessageKeys } from './messages/message-keys.js';
import type { Projection } from './platform/read-models/projection.js';
import type { Saga } from './platform/followers/saga.js';
import { knownMarks } from './reading/known-marks.js';
import { cancelWhenAnswered } from './sending/cancel-when-answered.saga.js';
import { recordReportWhenReceived } from './sending/reports/record-report-when-received.saga.js';
import { markOriginalWhenSent } from './sending/mark-original-when-sent.saga.js';
import { pendingSends } from './sending/pending-sends.js';
import { trash } from './mailboxes/wishes/trash.js';
import { createTaskWhenMessageReceived } from './tasks/create-task-when-message-received.saga.js';

/** Tables that decisions read. Processes of every role run these followers. */
export const lookups = (keys: MessageKeys): readonly Projection[] => [
  whoMayDoWhat,
  ownAddresses,
  pendingFetches,
  traces,
  placements,
  folderAccounts,
  trash,
  knownMessages(keys),
  knownMarks,
  sentMessages,
  pendingSends,
  foundDrafts,
  absences,
];

/** Ids of lookups that decisions must find complete from the start. Erasures wait for `traces` by themselves. */
export const awaitedLookups: readonly string[] = [
  ...[
    whoMayDoWhat,
    ownAddresses,
    pendingFetches,
    placements,
    folderAccounts,
    trash,
    sentMessages,
    pendingSends,
    foundDrafts,
    absences,
  ].map(({ id }) => id),
  KNOWN_MESSAGES,
];

export const readModels = (
  raws: Pick<RawMessages, 'sealed' | 'report'>,
  reader: Pick<MessageReader, 'searchWords'>,
): readonly Projection[] => [
  absenceReplies,
  accounts,
  attempts,
  companies,
  contacts,
  erasures,
  fetches,
  gaps,
  history,
  mailboxView,
  messageHistory,
  mailSearch(raws, reader),
  recentMail,
  people,
  reading,
  notifications,
  tasks,
];

export const sagas = (keys: MessageKeys): readonly Saga<never>[] =>
  [
    createCompanyWhenMessageReceived,
    createContactWhenMessageReceived,
    createTaskWhenMessageReceived,
    erasePersonWhenRequested,
    eraseSecretsWhenAccountRemoved,
    cancelWhenAnswered,
    markOriginalWhenSent,
    endDraftWhenSent,
    reopenMessageWhenEdited,
    clearDraftWhenEnded,
    recordReportWhenReceived,
    replyWhenMessageReceived,
    joinConversationsWhenMessageFound(keys),
  ] as never;
