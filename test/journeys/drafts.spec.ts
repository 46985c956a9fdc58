import { EventStream } from './event-stream.js';
import { accountOn, addAccount, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded } from './requests.js';
import { letter, receive, type SendingService, startSendingService, stopSendingService } from './sending-service.js';
import { waitUntil } from './wait-until.js';

interface Draft {
  id: string;
  revision: number;
  to: { address: string }[];
  subject: string | null;
  html: string | null;
  text: string | null;
  attachments: { uploadId: string | null; filename: string; size: number }[];
  createdBy: string;
}
type Conflict = { reason: string; current: { id: string; revision: number }; kept: { id: string; revision: number } };
interface Outgoing extends MessageSummary {
  sending: { state: string };
  html: string;
}

const KIM = [{ name: 'Kim', address: 'kim@kiosk.example' }];
let started: SendingService;
let service: SendingService['service'];
let sink: SendingService['sink'];
let admin: SendingService['admin'];
let account: string;

beforeAll(async () => {
  started = await startSendingService();
  ({ service, sink, admin, account } = started);
  await receive(started, letter('Kim Kees <kim@kiosk.example>', 'First order', '<order-1@kiosk.example>'));
});
afterAll(() => stopSendingService(started));

const begin = async (body: object, by = admin): Promise<Recorded> =>
  done(await by.post<Recorded>(`/api/accounts/${account}/drafts`, body));
const read = async (id: string): Promise<Draft> => done(await admin.get<Draft>(`/api/drafts/${id}`));
const save = (id: string, body: object, revision?: number) =>
  (revision === undefined ? admin : admin.with({ 'If-Match': `"${revision}"` })).put<Recorded>(
    `/api/drafts/${id}`,
    body,
  );
const listed = (at: { position: string }): Promise<MessageSummary[]> =>
  allOf<MessageSummary>(admin.after(at), `/api/accounts/${account}/messages?box=draft`);
const factsOf = async (id: string): Promise<string[]> => {
  const { items } = done(await admin.get<{ items: { type: string }[] }>(`/api/messages/${id}/history`));
  return items.map(({ type }) => type).reverse();
};
const query = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  service.service.platform.database.query<Record<string, unknown>[]>(sql, values);

describe('a draft', () => {
  it('is kept incomplete, listed with its newest words, and saved with few facts', async () => {
    const begun = await begin({ to: [{ address: 'kim at kio' }], text: 'Dear' });
    expect(await listed(begun)).toMatchObject([{ id: begun.id, box: 'draft', subject: null, preview: 'Dear' }]);
    let revision = 1;
    for (let n = 1; n <= 30; n++)
      ({ revision } = done(
        await save(
          begun.id,
          { to: KIM, subject: `Offer ${n}`, html: `<p>Dear Kim ${n}<script>x</script></p>` },
          revision,
        ),
      ));
    expect(await read(begun.id)).toMatchObject({ revision: 31, subject: 'Offer 30', html: '<p>Dear Kim 30</p>' });
    expect(await listed(begun)).toMatchObject([{ id: begun.id, subject: 'Offer 30', preview: 'Dear Kim 30' }]);
    const opened = done(await admin.get<Outgoing>(`/api/messages/${begun.id}`));
    expect(opened).toMatchObject({ box: 'draft', html: '<p>Dear Kim 30</p>', sending: null });
    await service.settled();
    expect(await factsOf(begun.id)).toEqual(['DraftBegun']);
    const ended = done(await admin.delete<Recorded>(`/api/drafts/${begun.id}`));
    expect(await listed(ended)).toEqual([]);
    expect((await admin.get(`/api/drafts/${begun.id}`)).status).toBe(404);
    expect(await save(begun.id, { text: 'late' })).toMatchObject({ status: 409, body: { reason: 'draft-ended' } });
    expect(await query('select sealed from drafts where id = $1 and sealed is not null', [begun.id])).toEqual([]);
  });

  it('is found by its newest words, and counted by its day, among the drafts alone', async () => {
    const begun = await begin({ to: [{ name: 'Kim Kees', address: 'kim@kiosk.example' }], subject: 'Kiwi offer' });
    const other = await begin({ to: KIM, subject: 'Melon', text: 'Nothing else' });
    done(await save(begun.id, { to: KIM, subject: 'Kiwi offer', html: '<p>Two <b>crates</b> of mangoes</p>' }, 1));
    const found = async (q: string, box = 'draft', who = admin.after(other)): Promise<Outgoing[]> =>
      allOf<Outgoing>(who, `/api/accounts/${account}/messages?box=${box}&q=${encodeURIComponent(q)}`);
    for (const q of ['kiw', 'to:kim@kiosk.example kiwi', 'subject:kiwi', '"crates of mangoes"', 'CRATES offer'])
      expect(await found(q)).toMatchObject([{ id: begun.id }]);
    expect(await found('mangoes')).toMatchObject([{ match: expect.arrayContaining([{ text: 'mangoes', hit: true }]) }]);
    expect(await found('kiwi melon')).toEqual([]);
    expect(await found('kiwi', 'received')).toEqual([]);
    const days = done(
      await admin.get<{ days: [string, number][] }>(`/api/accounts/${account}/messages/calendar?box=draft&q=kiwi`),
    );
    expect(days.days).toMatchObject([[expect.any(String), 1]]);
    expect(await allOf(admin, '/api/messages?box=draft&q=kiwi')).toHaveLength(1);
    for (const { id } of [begun, other]) done(await admin.delete(`/api/drafts/${id}`));
    await service.settled();
    expect(await found('kiwi')).toEqual([]);
  });

  it('that two windows save at the same time keeps both versions', async () => {
    const begun = await begin({ to: KIM, subject: 'Both', text: 'first' });
    done(await save(begun.id, { to: KIM, subject: 'Both', text: 'mine' }, 1));
    const late = await admin
      .with({ 'If-Match': '"1"' })
      .put<Conflict>(`/api/drafts/${begun.id}`, { to: KIM, subject: 'Both', text: 'theirs' });
    expect(late).toMatchObject({
      status: 412,
      body: { reason: 'changed-since', current: { id: begun.id, revision: 2 }, kept: { revision: 1 } },
    });
    const { kept } = late.body;
    expect((await read(kept.id)).text).toBe('theirs');
    expect((await read(begun.id)).text).toBe('mine');
    const again = await admin
      .with({ 'If-Match': '"1"' })
      .put<Conflict>(`/api/drafts/${begun.id}`, { to: KIM, subject: 'Both', text: 'theirs, more' });
    expect(again.body).toMatchObject({ kept: { id: kept.id, revision: 2 } });
    expect((await read(kept.id)).text).toBe('theirs, more');
    expect((await save(begun.id, { to: KIM, subject: 'Both', text: 'mine' }, 1)).status).toBe(200);
    await service.settled();
    expect(await factsOf(begun.id)).toEqual(['DraftBegun', 'DraftBegun', 'DraftConflicted']);
    for (const id of [begun.id, kept.id]) done(await admin.delete(`/api/drafts/${id}`));
  });

  it('keeps its files beyond a day, and gives each version its own', async () => {
    const upload = done(
      await admin
        .with({ 'Content-Type': 'application/pdf', 'Content-Disposition': 'attachment; filename=offer.pdf' })
        .post<{ id: string }>('/api/uploads', Buffer.from('an offer')),
    );
    const body = { to: KIM, text: 'see file', attachments: [{ uploadId: upload.id }] };
    const begun = await begin(body);
    const inline = { filename: 'b.txt', contentType: 'text/plain', content: Buffer.from('bytes').toString('base64') };
    done(await save(begun.id, { ...body, attachments: [{ uploadId: upload.id }, inline] }, 1));
    const { attachments } = await read(begun.id);
    expect(attachments).toMatchObject([
      { filename: 'offer.pdf', size: 8 },
      { filename: 'b.txt', size: 5 },
    ]);
    await query(`update uploads set created_at = created_at - interval '3 days'`);
    const stale = await admin
      .with({ 'If-Match': '"1"' })
      .put<Conflict>(`/api/drafts/${begun.id}`, { ...body, text: 'x' });
    const copies = (await read(stale.body.kept.id)).attachments;
    expect(copies).toMatchObject([{ filename: 'offer.pdf', size: 8 }]);
    expect(copies[0]!.uploadId).not.toBe(upload.id);
    for (const id of [begun.id, stale.body.kept.id]) done(await admin.delete(`/api/drafts/${id}`));
    await service.settled();
    expect(await query('select id from uploads')).toEqual([]);
    expect(await save(begun.id, body)).toMatchObject({ status: 409 });
  });

  it('is sent in one request, once, and is gone', async () => {
    const [first] = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=received`);
    const stream = await EventStream.open(admin);
    const begun = await begin({ to: KIM, html: '<p>Thank you</p>', inReplyTo: first!.id, quote: true });
    await stream.event({ kind: 'draft', id: begun.id, accountId: account });
    expect(await listed(begun)).toMatchObject([{ threadId: first!.threadId }]);
    const refused = await admin.post(`/api/drafts/${begun.id}/send`, {
      to: [{ address: 'kim at kiosk' }],
      undoSeconds: 0,
    });
    expect(refused).toMatchObject({ status: 422, body: { reason: 'address-invalid' } });
    expect((await read(begun.id)).to).toEqual([{ name: '', address: 'kim at kiosk' }]);
    const sent = done(await admin.post<Recorded>(`/api/drafts/${begun.id}/send`, { to: KIM, undoSeconds: 0 }));
    expect(await listed(sent)).toEqual([]);
    const again = done(await admin.post<Recorded>(`/api/drafts/${begun.id}/send`, { undoSeconds: 0 }));
    expect(again.id).toBe(sent.id);
    const message = await waitUntil(
      async () => done(await admin.get<Outgoing>(`/api/messages/${sent.id}`)),
      ({ sending }) => sending.state === 'sent',
    );
    expect(message).toMatchObject({ subject: 'Re: First order', threadId: first!.threadId });
    expect(message.html).toContain('Text of First order');
    expect(sink.counts().get(message.messageId!)).toBe(1);
    await service.settled();
    expect(await factsOf(begun.id)).toEqual(['DraftBegun', 'DraftSent']);
    expect((await factsOf(sent.id)).slice(0, 2)).toEqual(['MessageQueued', 'DraftSent']);
    stream.close();
  });

  it('ends with a message that names it, and not with one of another account', async () => {
    const begun = await begin({ to: KIM, subject: 'Named', text: 'x' });
    const elsewhere = accountOn(started.mail, 'other@example.test', 'secret', { outgoing: sink.settings });
    const other = (await addAccount(admin, elsewhere, '?skipTest=true')).id;
    const body = { to: KIM, subject: 'Named', text: 'x', draftId: begun.id, undoSeconds: 60 };
    done(await admin.post<Recorded>(`/api/accounts/${other}/messages`, body));
    await service.settled();
    expect((await read(begun.id)).text).toBe('x');
    done(await admin.post<Recorded>(`/api/accounts/${account}/messages`, body));
    await service.settled();
    expect((await admin.get(`/api/drafts/${begun.id}`)).status).toBe(404);
  });

  it('is forgotten with a person that it names', async () => {
    const begun = await begin({ to: [{ address: 'zoe@zoo.example' }], text: 'Dear Zoe' });
    const kept = await begin({ to: KIM, text: 'Dear Kim' });
    done(await admin.post('/api/erasures', { address: 'zoe@zoo.example' }));
    await service.settled();
    expect(await listed(kept)).toMatchObject([{ id: kept.id }]);
    expect((await admin.get(`/api/drafts/${begun.id}`)).status).toBe(404);
    expect(await query('select id from drafts where id = $1', [begun.id])).toEqual([]);
    expect(await query('select wrapped from data_keys where id = $1', [`draft/${begun.id}`])).toEqual([
      { wrapped: null },
    ]);
    done(await admin.delete(`/api/drafts/${kept.id}`));
  });

  it('of another account is hidden, and goes with its account', async () => {
    const owner = { name: 'Ola', email: 'ola@mailroom.test', role: 'user', password: 'correct horse battery' };
    const { id: userId } = done(await admin.post<Recorded>('/api/users', owner));
    const more = (
      await addAccount(
        admin,
        accountOn(started.mail, 'more@example.test', 'secret', { users: [userId] }),
        '?skipTest=true',
      )
    ).id;
    const ola = await service.signedIn({ email: owner.email, password: owner.password });
    const hidden = await begin({ text: 'not for Ola' });
    expect((await ola.get(`/api/drafts/${hidden.id}`)).status).toBe(404);
    expect((await ola.put(`/api/drafts/${hidden.id}`, { text: 'x' })).status).toBe(404);
    expect((await ola.post(`/api/drafts/${hidden.id}/send`, {})).status).toBe(404);
    const mine = done(await ola.post<Recorded>(`/api/accounts/${more}/drafts`, { text: 'of Ola' }));
    expect(done(await admin.get<Draft>(`/api/drafts/${mine.id}`))).toMatchObject({ text: 'of Ola', createdBy: userId });
    done(await admin.delete(`/api/accounts/${more}`));
    await service.settled();
    expect(await query('select id from drafts where account_id = $1', [more])).toEqual([]);
    done(await admin.delete(`/api/drafts/${hidden.id}`));
  });
});
