import { autoconfig, MailWorld } from '../mail-world.js';
import { addAccount, fetchMail } from './mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored } from './stored.js';

const PASSWORD = 'a password of a mailbox';
const users = Object.fromEntries(
  [
    'anna@published.test',
    'ben',
    'cleo@services.test',
    'dora@nothing.test',
    'emil',
    'finn@bücher.test',
    'gus@half.test',
    'ida@half.test',
    'jan@gmail.com',
  ].map((login) => [login, PASSWORD]),
);
const hosts = [
  ...[
    'autoconfig.published.test',
    'mail.published.test',
    'mx7.services.test',
    'imap.nothing.test',
    'smtp.nothing.test',
  ],
  ...[
    'xn--bcher-kva.test',
    'imap.xn--bcher-kva.test',
    'smtp.xn--bcher-kva.test',
    'smtp.half.test',
    'imap.gmail.com',
    'smtp.gmail.com',
  ],
  ...['ssl0.ovh.net', 'outlook.office365.com', 'autoconfig.office.test'],
];
let world: MailWorld;
let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  world = await MailWorld.start({ users, hosts });
  service = await RunningService.start({ config: world.config });
  admin = await service.signedIn();
  world.has(...hosts);
  const { imaps, submissions } = world.ports;
  world.shows('https://autoconfig.published.test/mail/config-v1.1.xml', published('mail.published.test'));
  world.names.know('_imaps._tcp.services.test', { srv: [{ target: 'mx7.services.test', port: imaps }] });
  world.names.know('_submissions._tcp.services.test', { srv: [{ target: 'mx7.services.test', port: submissions }] });
  world.names.know('hosted.test', { mx: ['mx1.mail.ovh.net'] });
});
afterAll(async () => {
  await service?.stop();
  await world?.stop();
});

const published = (host: string, username = '%EMAILADDRESS%'): string =>
  autoconfig({ host, port: world.ports.imaps, username }, { host, port: world.ports.submissions, username });
const detect = (address: string) => admin.post<Record<string, unknown>>('/api/accounts/detect', { address });
const tls = (host: string, port: number): object => ({ host, port, security: 'tls' });

describe('detection of the servers of an address', () => {
  it('keeps no answer for Idempotency-Key, since the answer repeats the address', async () => {
    const once = admin.with({ 'Idempotency-Key': 'a-detection' });
    done(await once.post('/api/accounts/detect', { address: 'anna@published.test' }));
    expect(await everythingStored(service)).not.toContain('anna@published.test');
  });

  it('takes the servers that the domain publishes', async () => {
    const { imaps, submissions } = world.ports;
    expect(done(await detect('anna@published.test'))).toEqual({
      incoming: tls('mail.published.test', imaps),
      outgoing: tls('mail.published.test', submissions),
      login: 'anna@published.test',
      signIn: 'password',
      source: 'autoconfig',
    });
  });

  it.each([
    ['SRV records', 'cleo@services.test', 'srv', 'mx7.services.test', 'mx7.services.test'],
    ['the usual names', 'dora@nothing.test', 'guess', 'imap.nothing.test', 'smtp.nothing.test'],
    ['the provider of its mail exchanger', 'ida@hosted.test', 'mx', 'ssl0.ovh.net', 'ssl0.ovh.net'],
    [
      'the usual names of an internationalized domain',
      'finn@Bücher.test',
      'guess',
      'imap.xn--bcher-kva.test',
      'smtp.xn--bcher-kva.test',
    ],
  ])('finds servers by %s', async (_, address, source, incoming, outgoing) => {
    const { imaps, submissions } = world.ports;
    expect(done(await detect(address))).toMatchObject({
      incoming: tls(incoming, imaps),
      outgoing: tls(outgoing, submissions),
      login: address,
      signIn: 'password',
      source,
    });
  });

  it('knows the servers of a provider and its way to sign in', async () => {
    expect(done(await detect('jan@gmail.com'))).toMatchObject({
      incoming: tls('imap.gmail.com', world.ports.imaps),
      signIn: 'google',
      source: 'provider',
    });
  });

  it('gives instructions when it finds nothing', async () => {
    const answer = await detect('anna@nowhere.test');
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({
        reason: 'settings-not-detected',
        missing: ['incoming', 'outgoing'],
        detail: expect.stringMatching(
          /^No mail server found for nowhere\.test\. .*the incoming \(IMAP\) and outgoing \(SMTP\) server, and enter them\.$/,
        ),
      }),
    ]);
  });

  it('answers with the found server when the other one is missing', async () => {
    const answer = await detect('gus@half.test');
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({
        reason: 'settings-not-detected',
        missing: ['incoming'],
        outgoing: tls('smtp.half.test', world.ports.submissions),
        detail: expect.stringMatching(/host, port and security of the incoming \(IMAP\) server/),
      }),
    ]);
  });
});

describe('an account added with only an address and a password', () => {
  it.each(['anna@published.test', 'cleo@services.test', 'dora@nothing.test'])(
    'is connected and fetched for %s',
    async (address) => {
      world.mail.deliver(address, 'INBOX', Buffer.from('From: x@example.org\r\nSubject: Hello\r\n\r\nHello\r\n'));
      const added = await addAccount(admin, { address, password: PASSWORD });
      const account = done(await admin.after(added).get<object>(`/api/accounts/${added.id}`));
      expect(account).toMatchObject({
        address,
        login: address,
        status: 'connected',
        incoming: { port: world.ports.imaps, security: 'tls' },
      });
      expect(await fetchMail(admin, added.id)).toMatchObject({ state: 'done', received: 1 });
    },
  );

  it('logs in with the local part when the published configuration asks for it', async () => {
    world.shows(
      'https://autoconfig.published.test/mail/config-v1.1.xml',
      published('mail.published.test', '%EMAILLOCALPART%'),
    );
    const added = await addAccount(admin, { address: 'ben@published.test', password: PASSWORD });
    expect(done(await admin.after(added).get(`/api/accounts/${added.id}`))).toMatchObject({ login: 'ben' });
  });

  it('logs in with the local part when no configuration names a login and the server refuses the address', async () => {
    const added = await addAccount(admin, { address: 'emil@nothing.test', password: PASSWORD });
    expect(done(await admin.after(added).get(`/api/accounts/${added.id}`))).toMatchObject({
      login: 'emil',
      status: 'connected',
    });
  });

  it('is not added with a wrong password', async () => {
    const answer = await admin.post('/api/accounts', { address: 'finn@bücher.test', password: 'wrong' });
    expect(answer).toMatchObject({ status: 422, body: { reason: 'login-refused', server: 'incoming' } });
  });

  it('keeps a given server and detects the other one', async () => {
    const incoming = { host: '127.0.0.1', port: world.ports.imap, security: 'none' };
    const added = await addAccount(admin, { address: 'gus@half.test', password: PASSWORD, incoming });
    expect(done(await admin.after(added).get(`/api/accounts/${added.id}`))).toMatchObject({
      incoming,
      outgoing: tls('smtp.half.test', world.ports.submissions),
    });
  });

  it('needs no incoming server when it is send-only', async () => {
    const added = await addAccount(admin, { address: 'ida@half.test', password: PASSWORD, sendOnly: true });
    expect(done(await admin.after(added).get(`/api/accounts/${added.id}`))).toMatchObject({
      sendOnly: true,
      outgoing: tls('smtp.half.test', world.ports.submissions),
    });
  });

  it('is refused with the advice to use an app password, and added with one', async () => {
    expect(await admin.post('/api/accounts', { address: 'jan@gmail.com', password: 'of the account' })).toMatchObject({
      status: 422,
      body: { reason: 'login-refused', detail: expect.stringMatching(/Gmail: use an app password/) },
    });
    expect((await admin.post('/api/accounts', { address: 'jan@gmail.com', password: PASSWORD })).status).toBe(201);
  });

  it('is refused with instructions at a provider that accepts no password, and no password is sent', async () => {
    world.shows('https://autoconfig.office.test/mail/config-v1.1.xml', published('outlook.office365.com'));
    const asked = world.mail.commands.length;
    expect(await admin.post('/api/accounts', { address: 'jan@office.test', password: PASSWORD })).toMatchObject({
      status: 422,
      body: {
        reason: 'password-not-taken',
        signIn: 'microsoft',
        detail: expect.stringMatching(/"signIn": "microsoft" instead/),
      },
    });
    expect(world.mail.commands.slice(asked).filter((command) => /^(LOGIN|AUTHENTICATE)/.test(command))).toEqual([]);
  });
});

describe('a caller with too many detections', () => {
  /** Rejected without a DNS query: the domain is a spelling of an IP address. */
  const address = 'anna@0x7f.1';
  const MOST = 600;

  it('has to wait, for detection and for adding accounts, and no other caller has to', async () => {
    const { token } = done(
      await admin.post<{ token: string }>('/api/tokens', { name: 'importer', role: 'administrator' }),
    );
    const importer = service.withToken(token);
    const search = async (): Promise<number> => (await importer.post('/api/accounts/detect', { address })).status;
    const searched = await Promise.all(Array.from({ length: MOST - 1 }, search));
    expect(new Set(searched)).toEqual(new Set([422]));
    expect(await importer.post('/api/accounts', { address, password: PASSWORD })).toMatchObject({
      status: 422,
      body: { reason: 'settings-not-detected' },
    });
    for (const refused of [
      await importer.post('/api/accounts/detect', { address }),
      await importer.post('/api/accounts', { address, password: PASSWORD }),
    ]) {
      expect(refused).toMatchObject({ status: 429, body: { reason: 'too-many-detections' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await detect('anna@published.test')).status).toBe(200);
  });
});

it('judges the DNS records by which receivers recognise the mail of an account', async () => {
  const { imaps, submissions } = world.ports;
  const account = {
    address: 'kim@judged.test',
    password: PASSWORD,
    incoming: tls('mail.published.test', imaps),
    outgoing: tls('mail.published.test', submissions),
  };
  const { id } = await addAccount(admin, account, '?skipTest=true');
  world.names.know('judged.test', { txt: ['v=spf1 a:mail.published.test -all'] });
  world.names.know('mail._domainkey.judged.test', { txt: ['v=DKIM1; p='] });
  expect(done(await admin.get(`/api/accounts/${id}/deliverability`))).toEqual({
    domain: 'judged.test',
    spf: { state: 'ok', record: 'v=spf1 a:mail.published.test -all', sentence: expect.stringMatching(/^The SPF /) },
    dkim: { state: 'wrong', record: 'v=DKIM1; p=', sentence: expect.stringContaining('revoked') },
    dmarc: { state: 'missing', record: null, sentence: expect.stringContaining('_dmarc.judged.test') },
  });
});
