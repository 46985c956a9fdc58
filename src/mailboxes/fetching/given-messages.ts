import type { FetchedMessage, Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';

const isRefusal = (error: unknown): boolean =>
  error instanceof MailServerFailure && error.reason === 'refused-by-server';

/** Messages as they arrive. One that the server refuses costs no other: what did not come is asked for again, half by half. */
export async function* givenMessages(imap: Pick<Imap, 'messages'>, uids: number[]): AsyncIterable<FetchedMessage> {
  const missing = new Set(uids);
  try {
    for await (const message of imap.messages(uids)) {
      missing.delete(message.uid);
      yield message;
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (uids.length === 1) return;
    const rest = [...missing];
    const half = Math.ceil(rest.length / 2);
    for (const part of [rest.slice(0, half), rest.slice(half)]) if (part.length > 0) yield* givenMessages(imap, part);
  }
}

/** A message by itself, which the server may refuse. */
export async function unlessRefused(take: () => Promise<void>): Promise<void> {
  await take().catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });
}
