import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from '../service/api.js';
import type { SmtpSink } from '../smtp-sink/smtp-sink.js';
import type { CrashSite } from './crash-site.js';
import { AUTOREPLY_KILL_POINTS } from './kill-points.js';
import { inShort } from './points-in-short.js';
import { openSendingSite } from './sending-crash-site.js';

interface Entry {
  to: string;
  outcome: string;
}

const WAIT_MS = 60_000;
/** Steps of the saga and of sending, from the decision to the final dot. */
const POINTS = [
  'saga.before-command',
  ...AUTOREPLY_KILL_POINTS,
  'queue.kept',
  'saga.after-command',
  'saga.before-checkpoint',
  'send.leased',
  'send.began',
  'send.before-dot',
] as const;

let site: CrashSite;
let sink: SmtpSink;

beforeAll(async () => {
  ({ site, sink } = await openSendingSite({ createContacts: false, createTasks: false }));
  const first = site.start();
  const api = site.api.at(await first.ready());
  const absence = { enabled: true, subject: 'Away', text: 'Back soon' };
  await api.json('PUT', `/api/accounts/${site.accountId}/autoresponder`, absence);
  await api.settled();
  await first.kill();
});
afterAll(async () => {
  await Promise.all([site?.close(), sink?.stop()]);
});

async function sent(api: Api, to: string): Promise<void> {
  for (const until = Date.now() + WAIT_MS; ;) {
    await api.settled();
    const path = `/api/accounts/${site.accountId}/autoresponder/log`;
    const { items } = await api.json<{ items: Entry[] }>('GET', path);
    const found = items.filter((each) => each.to === to);
    if (found.length === 1 && found[0]!.outcome === 'sent') return;
    if (Date.now() > until) throw new Error(`the ledger has ${JSON.stringify(items)}`);
    await pause(100);
  }
}

it.each(inShort(POINTS, ['autoreply.recorded', 'saga.after-command', 'send.before-dot']))(
  'a message is answered once after a kill at %s',
  async (point) => {
    const to = `kim@${point.replaceAll('.', '-')}.example`;
    const head = [`From: <${to}>`, 'To: <anna@example.test>', `Subject: ${point}`, `Message-ID: <${to}>`];
    await site.mailbox.receive(Buffer.from([...head, '', 'Hello', ''].join('\r\n')));
    const dying = site.start({ point, n: 1 });
    const first = site.api.at(await dying.ready());
    await first.fetchMail(site.accountId).catch(() => undefined);
    expect((await dying.ended).signal).toBe('SIGKILL');
    const service = site.start();
    const api = site.api.at(await service.ready());
    await api.fetchEnded(await api.fetchMail(site.accountId));
    await sent(api, to);
    await service.kill();
    expect(sink.messages.filter((each) => each.to.includes(to))).toHaveLength(1);
  },
  120_000,
);
