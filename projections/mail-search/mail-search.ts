import pLimit from 'p-limit';
import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { MessageContent, MessageEvent } from '../../src/messages/message.events.js';
import type { QueuedMessage } from '../../src/messages/sending.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { NO_WORDS, type SearchWords } from '../../src/mail/reading/search-words-of-blob.js';
import type { MessageReader } from '../../src/mail/reading/message-reader.js';
import { defineProjection, type Projection, type Rows, table } from '../../src/platform/read-models/projection.js';
import { id, reference, text, time } from '../../src/platform/read-models/columns.js';
import type { RawMessages } from '../mailbox-view/raw-messages.js';
import type { Tsvector } from '../../src/platform/read-models/tsvector.js';
import { receivedAtOf } from '../mailbox-view/received-at.js';
import { searchDocument } from './search-document.js';

const NAME = 'mail-search';
const VERSION = 5;
/** Name of its checkpoint. */
export const MAIL_SEARCH = `${NAME}@${VERSION}`;

interface SearchRow {
  messageId: string;
  accountId: string;
  receivedAt: Date;
  words: Tsvector;
  /**
   * `missing`: the blob is missing or damaged, and is read again after its repair. `unreadable`: the text cannot be
   * read within the limits. In both cases only the headers are indexed.
   */
  text: 'read' | 'missing' | 'unreadable';
}

export const searchTable = table<SearchRow>('mail_search', VERSION, {
  columns: { messageId: id, accountId: reference, receivedAt: time, words: { type: 'tsvector' }, text },
  indices: [{ columns: ['accountId', 'receivedAt', 'messageId'] }, { columns: ['receivedAt', 'messageId'] }],
  also: [
    'create index on % using gin (words)',
    `create index on % ("messageId") where text = 'missing'`,
    // Positions hardly shrink, and the attempt costs as much as storing the row.
    'alter table % alter column words set storage external',
  ],
});

export type Raws = Pick<RawMessages, 'sealed' | 'report'>;
export type Reader = Pick<MessageReader, 'searchWords'>;
type Stored = Recorded<Fact<string, MessageContent | QueuedMessage>>;
type Table = { found: Rows<SearchRow> };

const gone = ({ found }: Table, { data }: { data: { messageId: string } }): void =>
  found.remove({ messageId: data.messageId });

/** Small, because requests that open a message wait for the same workers. */
const READ_SIDE_BY_SIDE = 8;

/** Search words of each message. It is apart from the mailbox view because it reads the bytes of every message. */
export function mailSearch(raws: Raws, reader: Reader): Projection {
  const limit = pLimit(READ_SIDE_BY_SIDE);
  const index = async ({ found }: Table, fact: Stored): Promise<void> => {
    const { data } = fact;
    const { words, state } = await bodyOf(data, raws, reader, limit);
    found.put({
      messageId: data.messageId,
      accountId: data.accountId,
      receivedAt: receivedAtOf(fact),
      words: searchDocument(data.accountId, data, words),
      text: state,
    });
  };
  return defineProjection<AccountEvent | MessageEvent, { found: SearchRow }>({
    name: NAME,
    version: VERSION,
    // Small, because a row may hold a megabyte of words.
    batchSize: 50,
    pace: 'patient',
    tables: { found: searchTable },
    on: {
      MessageReceived: index,
      SentMessageFound: index,
      DraftFound: index,
      MessageQueued: index,
      MessageErased: gone,
      MessageDestroyed: gone,
      AccountRemoved: ({ found }, { data }) => found.removeWhere({ accountId: data.accountId }),
    },
  });
}

/** Reports a missing blob. */
export async function bodyOf(
  { messageId: id, hash, parsed }: Pick<MessageContent, 'messageId' | 'hash' | 'parsed'>,
  raws: Raws,
  reader: Reader,
  inTurn: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): Promise<SearchWords> {
  const blob = parsed ? await raws.sealed({ id, hash }) : 'erased';
  if (blob === 'erased') return { words: NO_WORDS, state: 'read' };
  if (typeof blob === 'string') return { words: NO_WORDS, state: 'missing' };
  const found = await inTurn(() => reader.searchWords(blob));
  if (found.state === 'missing') await raws.report(id);
  return found;
}
