import { api, ask, type Schemas } from '../shared/api.js';
import { Problem } from '../shared/problem.js';

type Message = Schemas['MessageAnswer'];

const MOST_TRIES = 20;
const PAUSE_MS = 250;

/** Messages came to the conversation while a person wrote. */
export class ThreadMoved extends Error {
  constructor(
    readonly messages: readonly Message[],
    /** position of the conversation with these messages */
    readonly position: string | null,
  ) {
    super('thread-moved');
  }
}

export interface ToSend {
  accountId: string;
  body: Schemas['SendBody'];
  /** `Idempotency-Key`: the same message is sent once, however often a person presses the button during an outage */
  key: string;
  threadId: string | null;
  /** draft that becomes the message; undefined: nothing is kept */
  draftId: string | undefined;
}

/** @throws ThreadMoved; Problem */
export async function send(toSend: ToSend): Promise<Schemas['CommandAnswer']> {
  const { body, threadId } = toSend;
  try {
    return await post(toSend);
  } catch (error) {
    if (!(error instanceof Problem) || error.reason !== 'thread-moved' || threadId === null) throw error;
    const news = error.document.messages ?? [];
    const position = await positionWith(threadId, news);
    const opened = await Promise.all(news.map(open));
    const messages = opened.filter(({ sending }) => sending?.state !== 'cancelled');
    // A message that was taken back is no news.
    const again = { ...body, ifNothingNewSince: position };
    if (messages.length === 0) return send({ ...toSend, body: again, key: crypto.randomUUID() });
    throw new ThreadMoved(messages, position);
  }
}

/**
 * Position at which the conversation shows the messages: the list may be behind the check that refused the send, and a
 * position before them would refuse it again.
 */
async function positionWith(threadId: string, ids: readonly string[]): Promise<string | null> {
  for (let tries = 0; ; tries++) {
    const { data, response } = await api.GET('/api/threads/{id}', {
      params: { path: { id: threadId }, query: { limit: 200 } },
    });
    const shown = new Set(data?.items.map(({ id }) => id));
    if (tries === MOST_TRIES || ids.every((id) => shown.has(id))) return response.headers.get('X-Position');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function post({ accountId, body, key, draftId }: ToSend): Promise<Schemas['CommandAnswer']> {
  const headers = { 'Idempotency-Key': key };
  if (draftId !== undefined)
    return ask(api.POST('/api/drafts/{id}/send', { params: { path: { id: draftId } }, body, headers }));
  return ask(api.POST('/api/accounts/{id}/messages', { params: { path: { id: accountId } }, body, headers }));
}

const open = (id: string): Promise<Message> => ask(api.GET('/api/messages/{id}', { params: { path: { id } } }));

/** Takes a message back that has not left yet. @throws Problem 409 `sending-began` */
export const takeBack = (id: string): Promise<unknown> =>
  ask(api.DELETE('/api/outbox/{id}', { params: { path: { id } } }));
