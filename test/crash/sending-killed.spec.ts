import { setTimeout as pause } from 'node:timers/promises';
import { type Api, NoAnswer, Problem } from '../service/api.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { CrashSite } from './crash-site.js';
import { SENDING_KILL_POINTS } from './kill-points.js';

interface Outgoing {
  messageId: string;
  sending: { state: string; copy: string };
}

const WAIT_MS = 60_000;
let site: CrashSite;
let sink: SmtpSink;

beforeAll(async () => {
  [site, sink] = await Promise.all([CrashSite.open(), SmtpSink.start()]);
  const first = site.start();
  await site.addAccount(first);
  const api = site.api.at(await first.ready());
  const set = { outgoing: sink.settings, password: 'secret' };
  await api.json('PATCH', `/api/accounts/${site.accountId}`, set);
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await first.kill();
});
afterAll(async () => {
  await Promise.all([site?.close(), sink?.stop()]);
});

/** A repetition with the same key sends nothing twice. */
const send = (api: Api, subject: string): Promise<{ id: string }> =>
  api.json(
    'POST',
    `/api/accounts/${site.accountId}/messages`,
    { to: [{ address: 'kim@kiosk.example' }], subject, text: 'Hello', undoSeconds: 0 },
    { 'Idempotency-Key': subject },
  );

/** The service knows after some seconds that the process of the first request is dead. */
async function sendAgain(api: Api, subject: string): Promise<{ id: string }> {
  for (const until = Date.now() + WAIT_MS; ;) {
    try {
      return await send(api, subject);
    } catch (error) {
      const isWaiting = error instanceof Problem && error.reason === 'request-in-progress';
      if (!isWaiting || Date.now() > until) throw error;
      await pause(500);
    }
  }
}

async function ended(api: Api, id: string): Promise<Outgoing> {
  for (const until = Date.now() + WAIT_MS; ;) {
    await api.settled();
    const message = await api.json<Outgoing>('GET', `/api/messages/${id}`);
    const { state, copy } = message.sending;
    if (state === 'unknown' || (state === 'sent' && copy === 'kept')) return message;
    if (Date.now() > until) throw new Error(`the message is still ${JSON.stringify(message.sending)}`);
    await pause(100);
  }
}

it.each(SENDING_KILL_POINTS)(
  'a message arrives once after a kill at %s',
  async (point) => {
    const dying = site.start({ point, n: 1 });
    const first = site.api.at(await dying.ready());
    await send(first, point).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
    expect((await dying.ended).signal).toBe('SIGKILL');
    const service = site.start();
    const api = site.api.at(await service.ready());
    const { id } = await sendAgain(api, point);
    const { messageId, sending } = await ended(api, id);
    await service.kill();
    // Killed between the final dot and the record, the server had the message, and no copy proves it.
    const isUndecided = sending.state === 'unknown';
    expect(isUndecided).toBe(['send.dot-recorded', 'send.replied'].includes(point));
    const arrived = sink.counts().get(messageId) ?? 0;
    if (point === 'send.dot-recorded') expect(arrived).toBeLessThanOrEqual(1);
    else expect(arrived).toBe(1);
  },
  120_000,
);
