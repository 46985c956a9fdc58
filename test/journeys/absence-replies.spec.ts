import { ANSWERED, COLLEAGUE, fieldsOf, ME, UNANSWERED } from '../cases/absence-cases.js';
import { type Dovecot, startDovecot } from '../dovecot.js';
import type { SinkMessage } from '../smtp-sink/sink-script.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Entry {
  at: string;
  to: string | null;
  messageId: string;
  replyId: string | null;
  outcome: string;
  reason: string | null;
  sentence: string;
}

const ANNA = 'anna@example.test';
const BEN = 'ben@beispiel.test';
const USERS = { [ANNA]: 'secret', [BEN]: 'secret' };
const AWAY = { enabled: true, subject: 'Away', html: '<p>Back on <b>Monday</b></p>', text: 'Back on Monday' };

let service: RunningService;
let dovecot: Dovecot;
let sink: SmtpSink;
let admin: Requests;
let anna: string;
let ben: string;

beforeAll(async () => {
  [service, dovecot, sink] = await Promise.all([
    RunningService.start(),
    startDovecot({ users: USERS }),
    SmtpSink.start(),
  ]);
  admin = await service.signedIn();
  const add = async (address: string): Promise<string> => {
    const ports = { imapPort: dovecot.imapPort, smtpPort: 1 };
    const settings = { outgoing: sink.settings, limits: { perMinute: 1000, perHour: 1000, perDay: 1000 } };
    return (await addAccount(admin, accountOn(ports, address, 'secret', settings))).id;
  };
  await receive(ANNA, letter('old', { from: 'Olga <olga@old.example>' }));
  [anna, ben] = [await add(ANNA), await add(BEN)];
  await fetchAll();
});
beforeEach(() => {
  sink.messages.length = 0;
  sink.script = () => undefined;
});
afterAll(async () => {
  await Promise.all([service?.stop(), dovecot?.stop(), sink?.stop()]);
});

let letters = 0;
function letter(
  subject: string,
  { from = 'Kim <kim@kiosk.example>', to = ANNA, fields = [] as string[] } = {},
): Buffer {
  const id = `<${subject.replaceAll(' ', '-')}-${++letters}@kiosk.example>`;
  const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: ${id}`, ...fields];
  return Buffer.from([...head, 'Date: Mon, 2 Feb 2026 10:00:00 +0100', '', `Text of ${subject}`, ''].join('\r\n'));
}
const receive = (user: string, raw: Buffer): Promise<number> => dovecot.deliver(user, 'INBOX', raw);
const absent = async (account: string, change: object = {}): Promise<Recorded> =>
  done(await admin.put<Recorded>(`/api/accounts/${account}/autoresponder`, { ...AWAY, ...change }));
const log = async (account: string): Promise<Entry[]> =>
  allOf<Entry>(admin, `/api/accounts/${account}/autoresponder/log`);

async function fetchAll(): Promise<void> {
  await fetchMail(admin, anna);
  await fetchMail(admin, ben);
  await service.settled();
}
/** Replies have left, or were refused. */
async function ended(account: string): Promise<Entry[]> {
  await service.settled();
  return waitUntil(
    () => log(account),
    (entries) => entries.every(({ outcome }) => outcome !== 'waiting'),
    20_000,
  );
}
const field = ({ raw }: SinkMessage, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(raw.toString())?.[1]?.trim();

describe('an absence reply', () => {
  it('answers a message once, as a program that nobody answers', async () => {
    await absent(anna);
    await receive(ANNA, letter('First question'));
    await receive(ANNA, letter('Second question'));
    await fetchAll();
    const entries = await ended(anna);
    expect(entries.map(({ outcome, reason, to }) => [outcome, reason, to])).toEqual([
      ['suppressed', 'already-replied', 'kim@kiosk.example'],
      ['sent', null, 'kim@kiosk.example'],
    ]);
    expect(entries[0]!.sentence).toBe('Not answered: this sender has had an answer in this absence.');
    expect(sink.messages).toHaveLength(1);
    const [sent] = sink.messages as [SinkMessage];
    expect([sent.from, sent.to]).toEqual(['', ['kim@kiosk.example']]);
    expect(field(sent, 'From')).toContain(ANNA);
    expect(field(sent, 'Auto-Submitted')).toBe('auto-replied');
    expect(field(sent, 'X-Auto-Response-Suppress')).toBe('All');
    expect(field(sent, 'Precedence')).toBe('bulk');
    expect(field(sent, 'Subject')).toBe('Away');
    const answered = done(await admin.get<MessageSummary>(`/api/messages/${entries[1]!.messageId}`));
    expect(field(sent, 'In-Reply-To')).toBe(answered.messageId);
    expect(field(sent, 'References')).toBe(answered.messageId);
    expect(sent.raw.toString()).toContain('Back on <b>Monday</b>');
    const reply = done(await admin.get<MessageSummary & { text: string }>(`/api/messages/${entries[1]!.replyId}`));
    expect(reply).toMatchObject({ threadId: answered.threadId, text: expect.stringContaining('Back on Monday') });
    expect(await allOf(admin, '/api/outbox')).toEqual([]);
  });

  it('answers no program, no list, no report, no own account and no mail of others, and tells why', async () => {
    const before = (await log(anna)).length;
    const cases: [string, Buffer][] = [
      ['auto-submitted', letter('a', { from: 'a@a.example', fields: ['Auto-Submitted: auto-generated'] })],
      ['mailing-list', letter('b', { from: 'b@b.example', fields: ['List-Id: <cats.b.example>'] })],
      ['null-return-path', letter('c', { from: 'c@c.example', fields: ['Return-Path: <>'] })],
      ['own-sender', letter('d', { from: BEN })],
      ['system-sender', letter('e', { from: 'MAILER-DAEMON@e.example' })],
      ['not-addressed', letter('f', { from: 'f@f.example', to: 'staff@f.example' })],
      ['junk', letter('g', { from: 'g@g.example', fields: ['X-Spam-Flag: YES'] })],
    ];
    for (const [, raw] of cases) await receive(ANNA, raw);
    await fetchAll();
    const entries = (await ended(anna)).slice(0, -before);
    expect(entries).toHaveLength(cases.length);
    expect(new Set(entries.map(({ reason }) => reason))).toEqual(new Set(cases.map(([reason]) => reason)));
    expect(sink.messages).toEqual([]);
  });

  it('is sent or suppressed in all cases of RFC 3834 and of Pigeonhole', async () => {
    const cases = [...ANSWERED.map(([name, fields]) => [name, fields, null] as const), ...UNANSWERED];
    const expected = new Map<string, string>();
    for (const [n, [name, fields, reason]] of cases.entries()) {
      const subject = `Case ${n}`;
      expected.set(subject, `${name}: ${reason ?? 'sent'}`);
      // Each case has a sender and a domain of its own, so that no other one counts against it.
      const raw = [
        ...fieldsOf([...fields, `Subject: ${subject}`]),
        `Message-ID: <case-${n}@shop.example>`,
        '',
        'Hi',
        '',
      ]
        .join('\r\n')
        .replaceAll(ME, ANNA)
        .replaceAll(ME.toUpperCase(), ANNA.toUpperCase())
        .replaceAll(new RegExp(COLLEAGUE, 'gi'), BEN)
        .replaceAll('@shop.example', `@shop${n}.example`);
      await receive(ANNA, Buffer.from(raw));
    }
    await fetchAll();
    const outcomes = new Map(
      (await ended(anna)).map(({ messageId, reason, outcome }) => [messageId, reason ?? outcome]),
    );
    const received = await allOf<MessageSummary>(admin, `/api/accounts/${anna}/messages`);
    const told = received.flatMap(({ id, subject }): [string, string][] => {
      const [name] = (expected.get(subject ?? '') ?? '').split(': ');
      return name ? [[subject!, `${name}: ${outcomes.get(id)}`]] : [];
    });
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
    expect(sink.messages).toHaveLength(ANSWERED.length);
  });

  it('leaves under the own address where the server takes no null reverse-path', async () => {
    sink.script = ({ name, line }) => (name === 'MAIL' && line.includes('<>') ? '550 5.7.1 No null sender' : undefined);
    await receive(ANNA, letter('Null', { from: 'nina@null.example' }));
    await fetchAll();
    expect((await ended(anna))[0]).toMatchObject({ to: 'nina@null.example', outcome: 'sent' });
    expect(sink.messages.map(({ from, to }) => [from, to])).toEqual([[ANNA, ['nina@null.example']]]);
  });

  it('that the server refuses does not count: the next message is answered', async () => {
    sink.script = ({ name }) => (name === 'RCPT' ? '550 5.1.1 unknown' : undefined);
    await receive(ANNA, letter('Try', { from: 'rita@refused.example' }));
    await fetchAll();
    expect((await ended(anna))[0]).toMatchObject({ outcome: 'failed', reason: '5.1.1' });
    sink.script = () => undefined;
    await receive(ANNA, letter('Try again', { from: 'rita@refused.example' }));
    await fetchAll();
    expect((await ended(anna))[0]).toMatchObject({ to: 'rita@refused.example', outcome: 'sent' });
    expect(sink.messages).toHaveLength(1);
  });

  it('goes to a domain five times an hour, also if a foreign program changes its address each time', async () => {
    for (let n = 1; n <= 8; n++) await receive(ANNA, letter(`Loop ${n}`, { from: `robot${n}@loop.example` }));
    await fetchAll();
    const entries = (await ended(anna)).filter(({ to }) => to?.endsWith('@loop.example'));
    expect(entries.map(({ outcome, reason }) => reason ?? outcome).toReversed()).toEqual([
      ...Array.from({ length: 5 }, () => 'sent'),
      ...Array.from({ length: 3 }, () => 'too-many-to-domain'),
    ]);
    expect(sink.messages).toHaveLength(5);
  });

  it('leaves no entry for mail outside of an absence, and none while it is switched off', async () => {
    expect(await log(ben)).toEqual([]);
    const before = await log(anna);
    expect(before.map(({ to }) => to)).not.toContain('olga@old.example');
    await absent(anna, { enabled: false });
    await receive(ANNA, letter('Off', { from: 'omar@off.example' }));
    await absent(ben, { from: '2099-01-01' });
    await receive(BEN, letter('Later', { to: BEN, from: 'omar@off.example' }));
    await fetchAll();
    expect([await log(anna), await log(ben)]).toEqual([before, []]);
  });
});

it('two absent accounts of different organisations answer each other at most once', async () => {
  const other = await RunningService.start();
  try {
    const by = await other.signedIn();
    const ports = { imapPort: dovecot.imapPort, smtpPort: 1 };
    const there = (await addAccount(by, accountOn(ports, BEN, 'secret', { outgoing: sink.settings }))).id;
    done(await admin.delete(`/api/accounts/${ben}`));
    done(await by.put(`/api/accounts/${there}/autoresponder`, AWAY));
    await absent(anna);
    await fetchMail(by, there);
    await receive(ANNA, letter('Begin', { from: BEN }));
    let delivered = 0;
    // Carries the mail of both, as mail servers do, until nothing new leaves.
    for (let round = 0; round < 4; round++) {
      await fetchMail(admin, anna);
      await fetchMail(by, there);
      await ended(anna);
      await other.settled();
      for (; delivered < sink.messages.length; delivered++) {
        const { to, from, raw } = sink.messages[delivered]!;
        await receive(to[0]!, Buffer.concat([Buffer.from(`Return-Path: <${from}>\r\n`), raw]));
      }
    }
    const leaving = sink.messages.map(({ raw, to }) => [/^From: .*<(.*)>/m.exec(raw.toString())?.[1], to[0]]);
    expect(leaving).toEqual([[ANNA, BEN]]);
    const entries = await allOf<Entry>(by, `/api/accounts/${there}/autoresponder/log`);
    expect(entries).toMatchObject([{ outcome: 'suppressed', reason: 'null-return-path' }]);
  } finally {
    await other.stop();
  }
}, 60_000);

describe('the preview', () => {
  it('lists the messages of the last 30 days with an answer, and records nothing', async () => {
    const before = await log(anna);
    const body = { subject: 'On holiday' };
    const preview = done(
      await admin.post<{
        messages: number;
        complete: boolean;
        answered: number;
        replies: { messageId: string; to: string; subject: string }[];
        suppressed: { reason: string; count: number }[];
      }>(`/api/accounts/${anna}/autoresponder/preview`, body),
    );
    expect(preview.complete).toBe(true);
    const to = preview.replies.map((each) => each.to);
    expect(to).toEqual(expect.arrayContaining(['olga@old.example', 'kim@kiosk.example', 'omar@off.example']));
    expect(new Set(to).size).toBe(to.length);
    expect(to.filter((each) => each.endsWith('@loop.example'))).toHaveLength(5);
    expect(preview.replies.every(({ subject }) => subject === 'On holiday')).toBe(true);
    expect(preview.suppressed).toEqual(
      expect.arrayContaining([
        { reason: 'mailing-list', count: 1 + UNANSWERED.filter(([, , reason]) => reason === 'mailing-list').length },
        { reason: 'too-many-to-domain', count: 3 },
      ]),
    );
    const counted = preview.suppressed.reduce((sum, { count }) => sum + count, preview.answered);
    expect(counted).toBe(preview.messages);
    await service.settled();
    expect(await log(anna)).toEqual(before);
  });
});
