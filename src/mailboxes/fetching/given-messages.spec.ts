import type { FetchedMessage } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { givenMessages, unlessRefused } from './given-messages.js';

const refused = new MailServerFailure('refused-by-server', 'some messages could not be read', 'incoming');
const all = Array.from({ length: 20 }, (_, index) => index + 1);

/** `stops`: sends no further message after the first refused one, like some servers. */
function serverWith(bad: number[], { stops = false } = {}) {
  let asked = 0;
  const messages = async function* (uids: number[]): AsyncIterable<FetchedMessage> {
    asked++;
    for (const uid of uids) {
      if (!bad.includes(uid)) yield { uid } as FetchedMessage;
      else if (stops) throw await Promise.resolve(refused);
    }
    if (uids.some((uid) => bad.includes(uid))) throw refused;
  };
  return { messages, lost: false, asked: () => asked };
}

async function uidsOf(messages: AsyncIterable<FetchedMessage>): Promise<number[]> {
  const uids: number[] = [];
  for await (const { uid } of messages) uids.push(uid);
  return uids.sort((a, b) => a - b);
}

it('messages are requested once when the server gives all of them', async () => {
  const server = serverWith([]);
  expect([await uidsOf(givenMessages(server, all)), server.asked()]).toEqual([all, 1]);
});

it.each([{ stops: false }, { stops: true }])(
  'messages arrive once each when the server refuses others: %o',
  async (how) => {
    const server = serverWith([1, 7, 8, 20], how);
    expect(await uidsOf(givenMessages(server, all))).toEqual(all.filter((uid) => ![1, 7, 8, 20].includes(uid)));
  },
);

it('no message arrives when the server refuses all of them', async () => {
  const server = serverWith(all);
  expect(await uidsOf(givenMessages(server, all))).toEqual([]);
  expect(server.asked()).toBeLessThan(2 * all.length);
});

it('a broken connection is not used again', async () => {
  const failure = new MailServerFailure('connection-lost', 'during FETCH', 'incoming');
  const imapWith = (thrown: Error, lost: boolean) => ({
    lost,
    messages: (): AsyncIterable<FetchedMessage> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(thrown) }),
    }),
  });
  for (const error of [failure, refused]) {
    const imap = imapWith(error, true);
    await expect(uidsOf(givenMessages(imap, all))).rejects.toBe(error);
    await expect(unlessRefused(imap, () => Promise.reject(error))).rejects.toBe(error);
  }
  await expect(unlessRefused(imapWith(refused, false), () => Promise.reject(refused))).resolves.toBeUndefined();
});
