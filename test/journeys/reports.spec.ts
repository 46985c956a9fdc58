import type { MessageSummary } from './mailbox.js';
import { allOf, done } from './requests.js';
import {
  ADDRESS,
  receive as receiveAt,
  type SendingService,
  startSendingService,
  stopSendingService,
} from './sending-service.js';
import { waitUntil } from './wait-until.js';

interface Recipient {
  address: string;
  state: string;
  smtpReply: string | null;
}
type Outgoing = MessageSummary & { sending: { state: string; recipients: Recipient[] } };
interface Contact {
  id: string;
  emails: string[];
  bounces: { address: string; code: string | null; messageId: string | null }[];
}

const [KIM, LEE] = ['kim@kiosk.example', 'lee@lab.example'];
let started: SendingService;
let service: SendingService['service'];
let sink: SendingService['sink'];
let admin: SendingService['admin'];
let account: string;

beforeAll(async () => {
  started = await startSendingService({ createContacts: true, createContactsFrom: 'everyone', createTasks: true });
  ({ service, sink, admin, account } = started);
  await receive(`From: Kim <${KIM}>\r\nTo: ${ADDRESS}\r\nSubject: Hello\r\n\r\nHello\r\n`);
});
afterAll(() => stopSendingService(started));

const receive = (raw: string): Promise<void> => receiveAt(started, raw);
const open = async (id: string): Promise<Outgoing> => done(await admin.get<Outgoing>(`/api/messages/${id}`));

/** A message that the server took, with its Message-ID. */
async function sent(subject: string, ...to: string[]): Promise<Outgoing> {
  const body = { to: to.map((address) => ({ address })), subject, text: 'Hello', undoSeconds: 0 };
  const { id } = done(await admin.post<{ id: string }>(`/api/accounts/${account}/messages`, body));
  await service.settled();
  return waitUntil(
    () => open(id),
    ({ sending }) => sending.state === 'sent',
  );
}

let reports = 0;
function report(returned: string, ...blocks: string[]): string {
  return [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@relay.example>',
    `To: ${ADDRESS}`,
    `Subject: Undelivered ${++reports}`,
    `Message-ID: <report-${reports}@relay.example>`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; relay.example',
    '',
    ...blocks.flatMap((block) => [block, '']),
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${returned}`,
    `From: ${ADDRESS}`,
    '--b--',
    '',
  ].join('\r\n');
}
const block = (address: string, action: string, status: string): string =>
  [
    `Final-Recipient: rfc822; ${address}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${status} said`,
  ].join('\r\n');
const states = async (id: string): Promise<string[]> => (await open(id)).sending.recipients.map(({ state }) => state);
const typesOf = async (id: string): Promise<string[]> =>
  (await allOf<{ type: string }>(admin, `/api/messages/${id}/history`)).map(({ type }) => type);
const count = (types: string[], type: string): number => types.filter((each) => each === type).length;

describe('a report of a mail server', () => {
  it('shows which recipient the message did not reach, at the message, in its history and at the contact', async () => {
    const { id, messageId } = await sent('Offer', KIM, LEE);
    await receive(report(messageId!, block(KIM, 'failed', '5.1.1'), block(LEE, 'delayed', '4.4.1')));
    const { recipients, state } = (await open(id)).sending;
    expect(state).toBe('sent');
    expect(recipients).toMatchObject([
      { address: KIM, state: 'bounced', smtpReply: expect.stringContaining('5.1.1 said') },
      { address: LEE, state: 'accepted', smtpReply: expect.stringContaining('4.4.1 said') },
    ]);
    await receive(report(messageId!, block(LEE, 'failed', '4.4.7')));
    expect(await states(id)).toEqual(['bounced', 'bounced']);
    const types = await typesOf(id);
    expect([count(types, 'DeliveryFailed'), count(types, 'DeliveryDelayed')]).toEqual([2, 1]);
    const [kim] = await allOf<Contact>(admin, `/api/contacts?q=${KIM}`);
    expect(kim!.bounces).toMatchObject([{ address: KIM, code: '5.1.1', messageId: id }]);
  });

  it('leads to no contact and to no task', async () => {
    const contacts = await allOf<Contact>(admin, '/api/contacts');
    expect(contacts.flatMap(({ emails }) => emails)).toEqual([KIM]);
    const tasks = await allOf<{ title: string }>(admin, '/api/tasks');
    expect(tasks.map(({ title }) => title)).toEqual(['Hello']);
  });

  it('changes nothing if it names no message from here, or a recipient that the message did not have', async () => {
    const { id, messageId } = await sent('Forged', KIM);
    const before = await typesOf(id);
    await receive(report('<guessed@example.test>', block(KIM, 'failed', '5.1.1')));
    await receive(report(messageId!, block('boss@bank.example', 'failed', '5.1.1')));
    expect([await states(id), await typesOf(id)]).toEqual([['accepted'], before]);
  });

  it('is recorded once, also when the server shows it at a second place', async () => {
    const { id, messageId } = await sent('Twice', KIM);
    const raw = report(messageId!, block(KIM, 'failed', '5.2.2'));
    await receive(raw);
    started.mail.deliver(ADDRESS, 'Archive', Buffer.from(raw));
    await receive(raw);
    expect(count(await typesOf(id), 'DeliveryFailed')).toBe(1);
  });

  it('in plain text, as some servers write it, is read too', async () => {
    const { id, messageId } = await sent('Plain', KIM);
    await receive(
      [
        'Return-Path: <>',
        'From: MAILER-DAEMON@relay.example',
        `To: ${ADDRESS}`,
        'Subject: failure notice',
        'Message-ID: <plain@relay.example>',
        '',
        'Hi. This is the qmail-send program at relay.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
        `<${KIM}>:`,
        '550 5.1.1 Sorry, no mailbox here by that name.',
        '',
        '--- Below this line is a copy of the message.',
        '',
        `Message-ID: ${messageId}`,
        `From: ${ADDRESS}`,
        '',
        'Hello',
        '',
      ].join('\r\n'),
    );
    expect(await states(id)).toEqual(['bounced']);
  });

  it('that the recipient calls the message unwanted stands in its history', async () => {
    const { id, messageId } = await sent('Newsletter', KIM);
    await receive(
      [
        'From: feedback@provider.example',
        `To: ${ADDRESS}`,
        'Subject: complaint',
        'Message-ID: <complaint@provider.example>',
        'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
        '',
        '--b',
        'Content-Type: message/feedback-report',
        '',
        'Feedback-Type: abuse',
        'User-Agent: Provider/1.0',
        'Version: 1',
        '',
        '--b',
        'Content-Type: text/rfc822-headers',
        '',
        `Message-ID: ${messageId}`,
        `From: ${ADDRESS}`,
        '--b--',
        '',
      ].join('\r\n'),
    );
    expect(await typesOf(id)).toContain('DeliveryComplained');
    expect(await states(id)).toEqual(['accepted']);
  });
});

describe('the person that sent a message', () => {
  interface Told {
    id: string;
    kind: string;
    messageId: string | null;
    reason: string | null;
    readAt: string | null;
  }
  const told = async (id: string, unread = ''): Promise<Told[]> =>
    (await allOf<Told>(admin, `/api/notifications${unread}`)).filter(({ messageId }) => messageId === id);

  it('is told once of each report, and reads it', async () => {
    const { id, messageId } = await sent('Told', KIM, LEE);
    const raw = report(messageId!, block(KIM, 'failed', '5.1.1'));
    await receive(raw);
    await receive(raw);
    const [bounced, ...others] = await told(id);
    expect([bounced, others]).toMatchObject([{ kind: 'send-bounced', reason: '5.1.1', readAt: null }, []]);
    done(await admin.post(`/api/notifications/${bounced!.id}/read`));
    await service.settled();
    expect(await told(id, '?unread=true')).toEqual([]);
  });

  it('is told that the mail server refused a recipient, and that an answer cancelled a message', async () => {
    sink.script = ({ line }) => (/^RCPT TO:<kimm@/i.test(line) ? '550 5.1.1 unknown user' : undefined);
    const to = [{ address: 'kimm@kiosk.example' }, { address: KIM }];
    const send = async (body: object): Promise<{ id: string }> =>
      done(await admin.post<{ id: string }>(`/api/accounts/${account}/messages`, { subject: 'x', text: 'x', ...body }));
    const refused = await send({ to, undoSeconds: 0 });
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const waiting = await send({ to: [{ address: KIM }], sendAt, cancelOnReply: true });
    await service.settled();
    const { messageId } = await open(waiting.id);
    const fields = [
      `From: ${KIM}`,
      `To: ${ADDRESS}`,
      'Message-ID: <answer@kiosk.example>',
      `In-Reply-To: ${messageId}`,
    ];
    await receive(`${fields.join('\r\n')}\r\n\r\nHello\r\n`);
    await waitUntil(
      () => told(refused.id),
      (news) => news.length > 0,
    );
    expect(await told(refused.id)).toMatchObject([{ kind: 'send-failed', reason: '5.1.1' }]);
    expect(await told(waiting.id)).toMatchObject([{ kind: 'send-cancelled', reason: 'reply-came' }]);
  });
});
