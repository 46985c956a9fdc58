import type { FetchedMessage, Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';

const isRefusal = (error: unknown): boolean =>
  error instanceof MailServerFailure && error.reason === 'refused-by-server';

/**
 * Messages as they arrive. After a refusal, halves of the missing ones are requested: only refused ones stay out.
 * @throws MailServerFailure of a lost connection, also after BYE
 */
export async function* givenMessages(
  imap: Pick<Imap, 'messages' | 'lost'>,
  uids: number[],
): AsyncIterable<FetchedMessage> {
  const missing = new Set(uids);
  try {
    for await (const message of imap.messages(uids)) {
      missing.delete(message.uid);
      yield message;
    }
  } catch (error) {
    if (!isRefusal(error) || imap.lost) throw error;
    if (uids.length === 1) return;
    const rest = [...missing];
    const half = Math.ceil(rest.length / 2);
    for (const part of [rest.slice(0, half), rest.slice(half)]) if (part.length > 0) yield* givenMessages(imap, part);
  }
}

/** Ignores a refusal of the server for a single message. @throws as `givenMessages` */
export async function unlessRefused(imap: Pick<Imap, 'lost'>, take: () => Promise<void>): Promise<void> {
  await take().catch((error: unknown) => {
    if (!isRefusal(error) || imap.lost) throw error;
  });
}
