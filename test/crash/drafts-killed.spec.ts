import { setTimeout as pause } from 'node:timers/promises';
import { type Api, NoAnswer, Problem } from '../service/api.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { CrashSite } from './crash-site.js';
import { DRAFT_KILL_POINTS } from './kill-points.js';

interface Draft {
  id: string;
  revision: number;
  subject: string;
}
interface Message {
  id: string;
  subject: string | null;
  messageId: string;
  sending: { state: string } | null;
}

const WAIT_MS = 60_000;
let site: CrashSite;
let sink: SmtpSink;

beforeAll(async () => {
  [site, sink] = await Promise.all([CrashSite.open(), SmtpSink.start()]);
  const first = site.start();
  await site.addAccount(first);
  const api = site.api.at(await first.ready());
  await api.json('PATCH', `/api/accounts/${site.accountId}`, { outgoing: sink.settings, password: 'secret' });
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await first.kill();
});
afterAll(async () => {
  await Promise.all([site?.close(), sink?.stop()]);
});

const body = (subject: string): object => ({ to: [{ address: 'kim@kiosk.example' }], subject, text: 'Hello' });

/** Begins, saves, sends. Each request has a key of its own, so that a repetition has no second effect. */
async function write(api: Api, subject: string): Promise<string> {
  const once = (step: string): Record<string, string> => ({ 'Idempotency-Key': `${step}-${subject}` });
  const drafts = `/api/accounts/${site.accountId}/drafts`;
  const { id } = await insist(() => api.json<Draft>('POST', drafts, body(subject), once('begin')));
  const more = { ...body(subject), text: 'Hello Kim' };
  await insist(() => api.json<Draft>('PUT', `/api/drafts/${id}`, more, once('save'))).catch(unlessSent);
  const sent = await insist(() =>
    api.json<Message>('POST', `/api/drafts/${id}/send`, { undoSeconds: 0 }, once('send')),
  );
  return sent.id;
}

/** A repeated save comes too late for a draft that was sent before the kill. */
function unlessSent(error: unknown): undefined {
  if (error instanceof Problem && error.reason === 'draft-ended') return undefined;
  throw error;
}

/** The service knows after some seconds that the process of the first request is dead. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + WAIT_MS; ;) {
    try {
      return await ask();
    } catch (error) {
      const isWaiting = error instanceof Problem && error.reason === 'request-in-progress';
      if (!isWaiting || Date.now() > until) throw error;
      await pause(500);
    }
  }
}

async function sent(api: Api, id: string): Promise<Message> {
  for (const until = Date.now() + WAIT_MS; ;) {
    await api.settled();
    const message = await api.json<Message>('GET', `/api/messages/${id}`);
    if (message.sending?.state === 'sent') return message;
    if (Date.now() > until) throw new Error(`the message is still ${JSON.stringify(message.sending)}`);
    await pause(100);
  }
}

it.each(DRAFT_KILL_POINTS)(
  'a draft becomes one message, and leaves nothing, after a kill at %s',
  async (point) => {
    const dying = site.start({ point, n: 1 });
    const first = site.api.at(await dying.ready());
    await write(first, point).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
    expect((await dying.ended).signal).toBe('SIGKILL');
    const service = site.start();
    const api = site.api.at(await service.ready());
    await api.settled();
    // Every listed draft has its content, also before the request is repeated.
    const listed = await api.json<{ items: Message[] }>('GET', `/api/accounts/${site.accountId}/drafts`);
    for (const { id, subject } of listed.items) {
      expect(subject).toBe(point);
      expect(await api.json<Draft>('GET', `/api/drafts/${id}`)).toMatchObject({ subject: point });
    }
    const { messageId } = await sent(api, await write(api, point));
    expect(sink.counts().get(messageId)).toBe(1);
    await api.settled();
    const left = await api.json<{ items: Message[] }>('GET', `/api/accounts/${site.accountId}/drafts`);
    expect(left.items).toEqual([]);
    const box = `/api/accounts/${site.accountId}/messages?box=sent&limit=200`;
    const { items } = await api.json<{ items: Message[] }>('GET', box);
    expect(items.filter(({ subject }) => subject === point)).toHaveLength(1);
    await service.kill();
  },
  120_000,
);
