import { accountRemoved } from '../../test/examples/account-facts.js';
import { erased } from '../../test/examples/erased.js';
import {
  draftFound,
  messageDestroyed,
  messageErased,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { messageQueued } from '../../test/examples/sending-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { recorded } from '../../test/examples/recorded.js';
import { stepsOf } from '../../src/platform/read-models/projection.js';
import { NO_WORDS, type SearchWords } from '../../src/mail/reading/search-words-of-blob.js';
import { bodyWords } from '../../src/mail/reading/body-words.js';
import { mailSearch } from './mail-search.js';

const bodies: Record<string, Buffer> = { 'message-1': Buffer.from('Wo bleibt die Straße?') };
const blobs = {
  report: () => Promise.resolve('damaged' as const),
  sealed: ({ id, hash }: { id: string; hash: string }) =>
    Promise.resolve(
      id in bodies ? { file: id, at: 0, size: 0, name: id, key: Buffer.alloc(32), hash } : ('erased' as const),
    ),
};
const read = (text: string): SearchWords => ({ words: bodyWords(text), state: 'read' });
const search = mailSearch(blobs, { searchWords: ({ name }) => Promise.resolve(read(String(bodies[name]))) });

const receivedAt = new Date('2026-01-30T09:00:00.000Z');

everyFactHasACase(search, {
  AccountRemoved: {
    given: [messageReceived(), messageReceived({ messageId: 'message-4', accountId: 'sales' }), accountRemoved()],
    rows: { found: [{ messageId: 'message-4' }] },
  },
  MessageReceived: {
    given: [
      messageReceived({ messageId: 'message-9', ...erased }),
      messageReceived({ messageId: 'message-8', parsed: false, from: { name: '', address: '' }, to: [], subject: '' }),
      messageReceived({ to: [], cc: [{ name: 'Łukasz', address: '' }] }),
    ],
    rows: {
      found: [
        {
          messageId: 'message-1',
          accountId: 'info',
          receivedAt,
          words: [
            "'7':10004 ':from:<dora@customer.example>' ':from:customer':10009 ':from:diaz':10007 ':from:dora':10006,10008",
            "':from:example':10010 ':has:attachment' ':in:info' ':subject:7':10004 ':subject:order':10003 ':to:lukasz':10015",
            "'bleibt':2 'customer':10009 'diaz':10007 'die':3 'dora':10006,10008 'example':10010 'lukasz':10015",
            "'order':10003,10012 'pdf':10013 'strasse':4 'wo':1",
          ].join(' '),
        },
        { messageId: 'message-8', words: "':has:attachment' ':in:info' 'order':10005 'pdf':10006" },
        { messageId: 'message-9', words: "':in:info'" },
      ],
    },
  },
  SentMessageFound: {
    given: [sentMessageFound({ subject: 'Re' })],
    rows: { found: [{ messageId: 'message-2', words: expect.stringContaining("':from:<info@acme.example>'") }] },
  },
  DraftFound: {
    given: [draftFound()],
    rows: { found: [{ messageId: 'message-3', accountId: 'info', receivedAt }] },
  },
  MessageQueued: {
    given: [messageQueued()],
    rows: { found: [{ messageId: 'message-9', accountId: 'info' }] },
  },
  MessageErased: {
    given: [messageReceived(), draftFound(), messageErased()],
    rows: { found: [{ messageId: 'message-3' }] },
  },
  MessageDestroyed: {
    given: [messageReceived(), draftFound(), messageDestroyed()],
    rows: { found: [{ messageId: 'message-3' }] },
  },
});

it('looks up all messages of a batch together, and reads few of them at a time', async () => {
  let [lookedUp, reading, most] = [0, 0, 0];
  const lookedUpBefore: number[] = [];
  const raws: typeof blobs = { ...blobs, sealed: (one) => (lookedUp++, blobs.sealed({ ...one, id: 'message-1' })) };
  const searchWords = async (): Promise<SearchWords> => {
    most = Math.max(most, ++reading);
    lookedUpBefore.push(lookedUp);
    await new Promise((resolve) => setImmediate(resolve));
    reading--;
    return read('');
  };
  const facts = Array.from({ length: 100 }, (_, n) => messageReceived({ messageId: `message-${n}` }));
  await stepsOf(mailSearch(raws, { searchWords }), recorded(facts));
  expect(most).toBe(8);
  expect(lookedUpBefore).toEqual(Array.from({ length: 100 }, () => 100));
});

it('indexes the headers of a message without a readable text, and marks it', async () => {
  const raws = { ...blobs, sealed: () => Promise.resolve('damaged' as const) };
  const unreadable = (): Promise<SearchWords> => Promise.resolve({ words: NO_WORDS, state: 'unreadable' });
  for (const [projection, text] of [
    [mailSearch(raws, { searchWords: unreadable }), 'missing'],
    [mailSearch(blobs, { searchWords: unreadable }), 'unreadable'],
  ] as const)
    expect(JSON.stringify(await stepsOf(projection, recorded([messageReceived()])))).toContain(`"text":"${text}"`);
});
