import { waitUntil } from '../journeys/wait-until.js';
import type { SmtpSink } from '../smtp-sink/smtp-sink.js';
import type { CrashSite } from './crash-site.js';
import { REPORT_KILL_POINTS } from './kill-points.js';
import { openSendingSite } from './sending-crash-site.js';
import { ofType } from './whole-log.js';

interface Outgoing {
  messageId: string;
  sending: { state: string };
}

const KIM = 'kim@kiosk.example';
let site: CrashSite;
let sink: SmtpSink;

beforeAll(async () => {
  ({ site, sink } = await openSendingSite());
});
afterAll(async () => {
  await Promise.all([site?.close(), sink?.stop()]);
});

const report = (returned: string): Buffer =>
  Buffer.from(
    [
      'From: MAILER-DAEMON@relay.example',
      'Message-ID: <report@relay.example>',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; relay.example',
      '',
      `Final-Recipient: rfc822; ${KIM}`,
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${returned}`,
      '--b--',
      '',
    ].join('\r\n'),
  );

it(`a report is linked once after a kill at ${REPORT_KILL_POINTS.join(', ')}`, async () => {
  const dying = site.start({ point: REPORT_KILL_POINTS[0], n: 1 });
  const first = site.api.at(await dying.ready());
  const body = { to: [{ address: KIM }], subject: 'Offer', text: 'Hello', undoSeconds: 0 };
  const { id } = await first.json<{ id: string }>('POST', `/api/accounts/${site.accountId}/messages`, body);
  const message = await waitUntil(
    async () => {
      await first.settled();
      return first.json<Outgoing>('GET', `/api/messages/${id}`);
    },
    ({ sending }) => sending.state === 'sent',
  );
  await site.mailbox.receive(report(message.messageId));
  await first.fetchMail(site.accountId).catch(() => undefined);
  expect((await dying.ended).signal).toBe('SIGKILL');
  const service = site.start();
  const api = site.api.at(await service.ready());
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await service.kill();
  expect(ofType(await site.log(), 'DeliveryFailed')).toHaveLength(1);
}, 120_000);
