import { waitUntil } from '../journeys/wait-until.js';
import { type Api, NoAnswer, Problem } from '../service/api.js';
import type { SmtpSink } from '../smtp-sink/smtp-sink.js';
import type { CrashSite } from './crash-site.js';
import { DRAFT_KILL_POINTS, EDIT_KILL_POINTS } from './kill-points.js';
import { inShort } from './points-in-short.js';
import { abandonRequests, openSendingSite } from './sending-crash-site.js';

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
  ({ site, sink } = await openSendingSite());
});
afterAll(async () => {
  await Promise.all([site?.close(), sink?.stop()]);
});

const body = (subject: string): object => ({ to: [{ address: 'kim@kiosk.example' }], subject, text: 'Hello' });

/** Begins, saves, sends. Each request has a key of its own, so that a repetition has no second effect. */
async function write(api: Api, subject: string): Promise<string> {
  const once = (step: string): Record<string, string> => ({ 'Idempotency-Key': `${step}-${subject}` });
  const drafts = `/api/accounts/${site.accountId}/drafts`;
  const { id } = await api.json<Draft>('POST', drafts, body(subject), once('begin'));
  const more = { ...body(subject), text: 'Hello Kim' };
  await api.json<Draft>('PUT', `/api/drafts/${id}`, more, once('save')).catch(unlessSent);
  const sent = await api.json<Message>('POST', `/api/drafts/${id}/send`, { undoSeconds: 0 }, once('send'));
  return sent.id;
}

/** A repeated save comes too late for a draft that was sent before the kill. */
function unlessSent(error: unknown): undefined {
  if (error instanceof Problem && error.reason === 'draft-ended') return undefined;
  throw error;
}

const sent = (api: Api, id: string): Promise<Message> =>
  waitUntil(
    async () => {
      await api.settled();
      return api.json<Message>('GET', `/api/messages/${id}`);
    },
    ({ sending }) => sending?.state === 'sent',
    WAIT_MS,
  );

it.each(inShort(DRAFT_KILL_POINTS, ['draft.stored', 'draft.queued']))(
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
    await abandonRequests(site);
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

it.each(inShort(EDIT_KILL_POINTS, ['edit.cancelled', 'edit.stored']))(
  'a scheduled message becomes one draft and never leaves, after a kill at %s',
  async (point) => {
    const dying = site.start({ point, n: 1 });
    const first = site.api.at(await dying.ready());
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const messages = `/api/accounts/${site.accountId}/messages`;
    const queued = await first.json<Message>('POST', messages, { ...body(point), sendAt });
    await first.json('POST', `/api/outbox/${queued.id}/edit`).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
    expect((await dying.ended).signal).toBe('SIGKILL');
    const service = site.start();
    const api = site.api.at(await service.ready());
    await api.settled();
    // A saga completes the draft, also if nobody repeats the request.
    const drafts = (): Promise<{ items: Message[] }> => api.json('GET', `/api/accounts/${site.accountId}/drafts`);
    const { items } = await waitUntil(drafts, (now) => now.items.length > 0, WAIT_MS);
    expect(items.map(({ subject }) => subject)).toEqual([point]);
    const { id } = items[0]!;
    await abandonRequests(site);
    expect(await api.json<Draft>('POST', `/api/outbox/${queued.id}/edit`)).toMatchObject({ id });
    expect(await api.json<Message>('GET', `/api/messages/${queued.id}`)).toMatchObject({
      sending: { state: 'cancelled' },
    });
    expect((await drafts()).items).toHaveLength(1);
    await api.json('DELETE', `/api/drafts/${id}`);
    await service.kill();
  },
  120_000,
);
