import { waitUntil } from '../journeys/wait-until.js';
import { type Api, NoAnswer } from '../service/api.js';
import type { SmtpSink } from '../smtp-sink/smtp-sink.js';
import type { CrashSite } from './crash-site.js';
import { SENDING_KILL_POINTS } from './kill-points.js';
import { inShort } from './points-in-short.js';
import { abandonRequests, openSendingSite } from './sending-crash-site.js';

interface Outgoing {
  messageId: string;
  sending: { state: string; copy: string };
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

/** A repetition with the same key sends nothing twice. */
const send = (api: Api, subject: string): Promise<{ id: string }> =>
  api.json(
    'POST',
    `/api/accounts/${site.accountId}/messages`,
    { to: [{ address: 'kim@kiosk.example' }], subject, text: 'Hello', undoSeconds: 0 },
    { 'Idempotency-Key': subject },
  );

const ended = (api: Api, id: string): Promise<Outgoing> =>
  waitUntil(
    async () => {
      await api.settled();
      return api.json<Outgoing>('GET', `/api/messages/${id}`);
    },
    ({ sending: { state, copy } }) => state === 'unknown' || (state === 'sent' && copy === 'kept'),
    WAIT_MS,
  );

it.each(inShort(SENDING_KILL_POINTS, ['send.before-dot', 'send.dot-recorded', 'copy.appended']))(
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
    await abandonRequests(site);
    const { id } = await send(api, point);
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
