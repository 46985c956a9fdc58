import { startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done } from './requests.js';
import {
  ADDRESS,
  letter,
  PASSWORD,
  receive,
  send as sendFrom,
  type SendingService,
  startSendingService,
  stopSendingService,
} from './sending-service.js';
import { waitUntil } from './wait-until.js';

interface Sending {
  state: string;
  attempts: number;
  reason: string | null;
  copy: string;
  recipients: { address: string; state: string; smtpReply: string | null }[];
}
type Outgoing = MessageSummary & { sending: Sending; createdBy: string; html: string | null; text: string | null };
type Queued = { id: string; position: string };

const ENDED = ['sent', 'refused', 'cancelled', 'held', 'unknown'];
const KIM = [{ address: 'kim@kiosk.example' }];
let started: SendingService;
let service: SendingService['service'];
let mail: SendingService['mail'];
let sink: SendingService['sink'];
let admin: SendingService['admin'];
let account: string;

beforeAll(async () => {
  started = await startSendingService({ signature: '<p>Info</p>' });
  ({ service, mail, sink, admin, account } = started);
  await receive(started, letter('Kim Kees <kim@kiosk.example>', 'First order', '<order-1@kiosk.example>'));
});
afterEach(() => {
  sink.script = () => undefined;
});
afterAll(() => stopSendingService(started));

const send = (body: object): Promise<Queued> => sendFrom(started, body);
const open = async (id: string): Promise<Outgoing> => {
  await service.settled();
  return done(await admin.get<Outgoing>(`/api/messages/${id}`));
};
const ended = (id: string, isEnded = ({ state }: Sending): boolean => ENDED.includes(state)): Promise<Outgoing> =>
  waitUntil(
    () => open(id),
    ({ sending }) => isEnded(sending),
  );

const sinkMessage = (subject: string): string =>
  sink.messages.map(({ raw }) => raw.toString()).find((raw) => raw.includes(`Subject: ${subject}`))!;

describe('a message', () => {
  it('is listed in Sent at once, leaves without its Bcc, and is one with its copy', async () => {
    const to = [{ name: 'Kim Kees', address: 'kim@kiosk.example' }];
    const bcc = [{ address: 'boss@example.test' }];
    const { id, position } = await send({ to, bcc, subject: 'Our offer', html: '<p>Dear Kim</p>' });
    expect(done(await admin.after({ position }).get(`/api/messages/${id}`))).toMatchObject({
      box: 'sent',
      subject: 'Our offer',
      sending: { recipients: [{ address: 'kim@kiosk.example' }, { address: 'boss@example.test' }] },
    });
    const kept = await ended(id, ({ copy }) => copy === 'kept');
    expect(kept.sending).toMatchObject({ state: 'sent', attempts: 1, recipients: [{ state: 'accepted' }, {}] });
    expect(kept.html).toContain('Dear Kim');
    expect(kept.html).toContain('Info');
    const raw = sinkMessage('Our offer');
    expect(raw).not.toMatch(/boss@example/i);
    expect(raw).toContain('Message-ID: <');
    await fetchMail(admin, account);
    await service.settled();
    const sent = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=sent`);
    expect(sent.filter(({ subject }) => subject === 'Our offer')).toMatchObject([{ id, onServer: true }]);
    expect(await allOf(admin, '/api/outbox')).toEqual([]);
  });

  it('that answers another one belongs to its conversation, and marks it as answered', async () => {
    const [first] = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=received`);
    const to = [{ address: 'kim@kiosk.example' }];
    const { id } = await send({ to, html: '<p>Thank you</p>', inReplyTo: first!.id, quote: true });
    const answer = await ended(id);
    expect(answer).toMatchObject({ threadId: first!.threadId, subject: 'Re: First order' });
    expect(answer.html).toContain('Text of First order');
    const raw = sinkMessage('Re: First order');
    expect(raw).toContain('In-Reply-To: <order-1@kiosk.example>');
    expect(raw).toContain('References: <order-1@kiosk.example>');
    await service.settled();
    expect(await open(first!.id)).toMatchObject({ answered: true });
  });

  it('can be taken back in time, and not once it has begun', async () => {
    const to = [{ address: 'kim@kiosk.example' }];
    const { id } = await send({ to, subject: 'Too early', text: 'x', undoSeconds: 60 });
    await service.settled();
    expect(await allOf(admin, `/api/accounts/${account}/outbox`)).toMatchObject([{ id, sending: { state: 'queued' } }]);
    done(await admin.delete(`/api/outbox/${id}`));
    await service.settled();
    expect(await open(id)).toMatchObject({ sending: { state: 'cancelled', reason: 'person' } });
    expect(await allOf(admin, '/api/outbox')).toEqual([]);
    const sent = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=sent`);
    expect(sent.map((each) => each.id)).not.toContain(id);
    const other = await ended((await send({ to, subject: 'Gone', text: 'x' })).id);
    expect(await admin.delete(`/api/outbox/${other.id}`)).toMatchObject({
      status: 409,
      body: { reason: 'sending-began' },
    });
    expect(sinkMessage('Too early')).toBeUndefined();
  });

  it('of which one recipient is refused is sent to the corrected address as a new one', async () => {
    sink.script = ({ line }) => (/^RCPT TO:<kimm@/i.test(line) ? '550 5.1.1 unknown user' : undefined);
    const { id } = await send({
      to: [{ address: 'kimm@kiosk.example' }, { address: 'ok@kiosk.example' }],
      subject: 'Misspelt',
      text: 'Hello',
    });
    const refused = await ended(id);
    expect(refused.sending).toMatchObject({
      state: 'refused',
      recipients: [
        { address: 'kimm@kiosk.example', state: 'refused', smtpReply: expect.stringContaining('unknown user') },
        { address: 'ok@kiosk.example', state: 'accepted' },
      ],
    });
    const again = done(
      await admin.post<Queued>(`/api/outbox/${id}/resolve`, {
        outcome: 'send-again',
        to: [{ address: 'kim@kiosk.example' }],
      }),
    );
    expect(again.id).not.toBe(id);
    expect(await ended(again.id)).toMatchObject({ subject: 'Misspelt', sending: { state: 'sent' } });
  });

  it('with an invalid address is refused with the field', async () => {
    const body = { to: [{ address: 'kim@kiosk.example' }, { address: 'kim at kiosk' }], text: 'x' };
    expect(await admin.post(`/api/accounts/${account}/messages`, body)).toMatchObject({
      status: 422,
      body: { reason: 'address-invalid', errors: [{ field: 'to.1.address' }] },
    });
  });

  it('is not sent when the conversation has moved', async () => {
    const [first] = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages?box=received`);
    const before = (await send({ to: [{ address: 'a@kiosk.example' }], text: 'x', subject: 'Before' })).position;
    const to = [{ address: 'kim@kiosk.example' }];
    const came = await send({ to, text: 'A colleague', inReplyTo: first!.id });
    const body = { to, text: 'Late', inReplyTo: first!.id, ifNothingNewSince: before };
    expect(await admin.post(`/api/accounts/${account}/messages`, body)).toMatchObject({
      status: 409,
      body: { reason: 'thread-moved', messages: [came.id] },
    });
  });

  it('that waits for an answer is cancelled by it', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const to = [{ address: 'kim@kiosk.example' }];
    const { id } = await send({ to, subject: 'Reminder', text: 'x', sendAt, cancelOnReply: true });
    const header = (await open(id)).messageId!;
    const raw = letter('Kim Kees <kim@kiosk.example>', 'Re: Reminder', '<answer-9@kiosk.example>');
    mail.deliver(ADDRESS, 'INBOX', Buffer.from(`In-Reply-To: ${header}\r\n${raw}`));
    await fetchMail(admin, account);
    expect(await ended(id)).toMatchObject({ sending: { state: 'cancelled', reason: 'reply-came' } });
  });
});

describe('an account that only sends', () => {
  const address = 'notices@example.test';
  const settings = (): object => ({ outgoing: sink.settings, sendOnly: true });

  it('sends without an incoming server, and keeps no copy', async () => {
    const { id: from } = await addAccount(
      admin,
      accountOn({ imapPort: 1, smtpPort: 1 }, address, PASSWORD, settings()),
    );
    const { id } = await sendFrom({ admin, account: from }, { to: KIM, subject: 'Notice', text: 'x' });
    expect(await ended(id)).toMatchObject({ box: 'sent', sending: { state: 'sent', copy: 'none' } });
    const listed = await allOf<MessageSummary>(admin, `/api/accounts/${from}/messages?box=sent`);
    expect(listed.map((each) => each.id)).toEqual([id]);

    // Nothing can prove that it arrived, so a person is asked at once.
    sink.script = ({ name, socket }) => {
      if (name !== 'DOT') return undefined;
      socket.destroy();
      return '';
    };
    const lost = await sendFrom({ admin, account: from }, { to: KIM, subject: 'Lost', text: 'x' });
    expect((await ended(lost.id)).sending).toMatchObject({ state: 'unknown', recipients: [{ state: 'unknown' }] });
    sink.script = () => undefined;
    done(await admin.post(`/api/outbox/${lost.id}/resolve`, { outcome: 'send-again' }));
    const again = await ended(lost.id, ({ state }) => state === 'sent');
    expect(again.sending.attempts).toBe(2);
    expect(sink.counts().get(again.messageId!)).toBe(1);
  });
});

it('the copy of a message has its place in the mailbox to which the account moved', async () => {
  const address = 'moved@example.test';
  const other = await startMailServer({ users: { [address]: PASSWORD } });
  try {
    const { id: moved } = await addAccount(admin, accountOn(other, address, PASSWORD, { outgoing: sink.settings }));
    await fetchMail(admin, moved);
    const incoming = { host: 'localhost', port: other.imapPort, security: 'none' };
    done(await admin.patch(`/api/accounts/${moved}`, { incoming, password: PASSWORD }));
    const { id } = await sendFrom({ admin, account: moved }, { to: KIM, subject: 'From there', text: 'x' });
    await ended(id, ({ copy }) => copy === 'kept');
    await fetchMail(admin, moved);
    await service.settled();
    const places = await service.service.platform.database.query<{ uidValidity: string }[]>(
      `select data->'place'->>'uidValidity' as "uidValidity" from facts where stream = $1 and type = 'CopyKept'`,
      [`message-${id}`],
    );
    expect(places).toEqual([{ uidValidity: expect.stringMatching(/^\d+\/1$/) }]);
    const sent = await allOf<MessageSummary>(admin, `/api/accounts/${moved}/messages?box=sent`);
    expect(sent).toMatchObject([{ id, onServer: true }]);
  } finally {
    await other.stop();
  }
});
