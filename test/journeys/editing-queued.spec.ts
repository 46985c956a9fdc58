import { type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded } from './requests.js';
import { letter, receive, type SendingService, startSendingService, stopSendingService } from './sending-service.js';
import { waitUntil } from './wait-until.js';

interface Draft {
  id: string;
  revision: number;
  to: { name: string; address: string }[];
  cc: { address: string }[];
  bcc: { address: string }[];
  subject: string | null;
  html: string | null;
  attachments: { fromMessage: string | null; index: number; filename: string; size: number; cid: string | null }[];
  inReplyTo: string | null;
  forwardOf: string | null;
  forwardWithout: number[];
  quote: boolean;
}
interface Outgoing extends MessageSummary {
  sending: { state: string; reason: string | null };
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const KIM = [{ name: 'Kim', address: 'kim@kiosk.example' }];
const LATER = new Date(Date.now() + 3_600_000).toISOString();

let started: SendingService;
let service: SendingService['service'];
let sink: SendingService['sink'];
let admin: SendingService['admin'];
let account: string;
let original: string;

beforeAll(async () => {
  started = await startSendingService();
  ({ service, sink, admin, account } = started);
  await receive(started, letter('Kim Kees <kim@kiosk.example>', 'First order', '<order-1@kiosk.example>'));
  done(await admin.patch(`/api/accounts/${account}`, { signature: '<p>Anna of Sales</p>' }));
  await service.settled();
  const [received] = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=received`);
  original = received!.id;
});
afterAll(() => stopSendingService(started));

const upload = async (name: string, content: string): Promise<string> =>
  done(
    await admin
      .with({ 'Content-Type': 'text/csv', 'Content-Disposition': `attachment; filename=${name}` })
      .post<{ id: string }>('/api/uploads', Buffer.from(content)),
  ).id;
const send = async (body: object): Promise<Recorded> =>
  done(await admin.post<Recorded>(`/api/accounts/${account}/messages`, body));
const edit = (id: string) => admin.post<Recorded>(`/api/outbox/${id}/edit`);
const read = async (id: string): Promise<Draft> => done(await admin.get<Draft>(`/api/drafts/${id}`));
const outgoing = async (id: string): Promise<Outgoing> => {
  await service.settled();
  return done(await admin.get<Outgoing>(`/api/messages/${id}`));
};

it('a scheduled answer becomes a draft with all that its author wrote, and leaves once, as edited', async () => {
  const queued = await send({
    to: KIM,
    cc: [{ address: 'cleo@kiosk.example' }],
    bcc: [{ address: 'bea@kiosk.example' }],
    subject: 'Jars',
    html: '<p>Two each.</p><img src="cid:jar">',
    attachments: [
      { uploadId: await upload('prices.csv', 'jar;2') },
      { filename: 'jar.png', contentType: 'image/png', content: PIXEL, cid: 'jar' },
      { filename: 'also.csv', contentType: 'text/csv', content: Buffer.from('jar;3').toString('base64') },
    ],
    inReplyTo: original,
    quote: true,
    sendAt: LATER,
  });
  const { id } = done(await edit(queued.id));
  expect(await outgoing(queued.id)).toMatchObject({ sending: { state: 'cancelled', reason: 'edited' } });
  const draft = await read(id);
  expect(draft).toMatchObject({
    to: KIM,
    cc: [{ address: 'cleo@kiosk.example' }],
    bcc: [{ address: 'bea@kiosk.example' }],
    subject: 'Jars',
    inReplyTo: original,
    quote: true,
    attachments: [
      { filename: 'prices.csv', size: 5, cid: null },
      { filename: 'jar.png', cid: 'jar' },
      { filename: 'also.csv', size: 5, cid: null },
    ],
  });
  expect(draft.html).toContain('Two each.');
  expect(draft.html).toContain('cid:jar');
  expect(draft.html).not.toContain('Anna of Sales');
  for (const { fromMessage, index } of draft.attachments)
    expect((await admin.get(`/api/messages/${fromMessage}/attachments/${index}`)).status).toBe(200);
  expect(done(await edit(queued.id)).id).toBe(id);
  await service.settled();
  const drafts = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=draft`);
  expect(drafts.map((each) => each.id)).toEqual([id]);

  const changes = { subject: 'Jars, corrected', undoSeconds: 0 };
  const sent = done(await admin.post<Recorded>(`/api/drafts/${id}/send`, changes));
  await waitUntil(
    () => outgoing(sent.id),
    ({ sending }) => sending.state === 'sent',
  );
  const raws = sink.messages.map(({ raw }) => raw.toString()).filter((raw) => raw.includes('Subject: Jars'));
  expect(raws).toHaveLength(1);
  const [raw] = raws as [string];
  expect(raw).toContain('Subject: Jars, corrected');
  expect(raw.split('Anna of Sales')).toHaveLength(3);
  for (const part of ['prices.csv', 'also.csv', 'multipart/related', 'In-Reply-To: <order-1@kiosk.example>'])
    expect(raw).toContain(part);
  expect(await edit(queued.id)).toMatchObject({ status: 409, body: { reason: 'draft-ended' } });
});

it('a forward within its time to undo keeps its original, and files that stay behind', async () => {
  const queued = await send({ to: KIM, text: 'See below.', forwardOf: original, forwardWithout: [7], undoSeconds: 60 });
  const draft = await read(done(await edit(queued.id)).id);
  expect(draft).toMatchObject({
    forwardOf: original,
    forwardWithout: [7],
    attachments: [],
    subject: 'Fwd: First order',
  });
  done(await admin.delete(`/api/drafts/${draft.id}`));
});

it('a message that was sent from a draft becomes another draft with its files', async () => {
  const uploadId = await upload('offer.csv', 'an offer');
  const body = { to: KIM, subject: 'Offer', text: 'Dear Kim', attachments: [{ uploadId }] };
  const begun = done(await admin.post<Recorded>(`/api/accounts/${account}/drafts`, body));
  const queued = done(await admin.post<Recorded>(`/api/drafts/${begun.id}/send`, { sendAt: LATER }));
  await service.settled();
  const again = await read(done(await edit(queued.id)).id);
  expect(again.id).not.toBe(begun.id);
  expect(again.attachments).toMatchObject([{ filename: 'offer.csv', size: 8 }]);
  done(await admin.delete(`/api/drafts/${again.id}`));
});

it('a message that has left is not edited', async () => {
  const queued = await send({ to: KIM, text: 'Gone', undoSeconds: 0 });
  await waitUntil(
    () => outgoing(queued.id),
    ({ sending }) => sending.state === 'sent',
  );
  expect(await edit(queued.id)).toMatchObject({ status: 409, body: { reason: 'sending-began' } });
});

it('words that are not kept any more leave the message in the outbox', async () => {
  const queued = await send({ to: KIM, text: 'Old', sendAt: LATER });
  const { database } = service.service.platform;
  await database.query(`update written_words set kept_until = now() - interval '1 hour' where message_id = $1`, [
    queued.id,
  ]);
  await send({ to: KIM, text: 'Next', sendAt: LATER });
  expect(await edit(queued.id)).toMatchObject({ status: 409, body: { reason: 'words-not-kept' } });
  expect(await outgoing(queued.id)).toMatchObject({ sending: { state: 'queued' } });
});
