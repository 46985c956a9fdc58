import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { OutboundGuard } from './outbound-guard.js';
import type { ConnectOptions, Credentials, ServerSettings } from './servers.js';
import { outgoingTransport, tryLogin } from './smtp.js';

const guard = new OutboundGuard({ allowPrivate: true });
const anna = { login: 'anna@example.test', password: 'secret' };
const { key, cert } = selfSigned();
const running: (SMTPServer | Server)[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => new Promise<void>((done) => server.close(() => done()))));
});

async function smtp(options: SMTPServerOptions = {}): Promise<ServerSettings> {
  const server = new SMTPServer({
    key,
    cert,
    closeTimeout: 100,
    onAuth: ({ username, password }, _, done) =>
      username === anna.login && password === anna.password
        ? done(null, { user: username })
        : done(new Error('Invalid login')),
    onData: (stream, _, done) => stream.on('end', done).resume(),
    ...options,
  });
  server.on('error', () => undefined);
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    security: options.secure ? 'tls' : 'starttls',
  };
}

async function scripted(answer: (line: string) => string, greeting = '220 ready'): Promise<ServerSettings> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    if (greeting) socket.write(`${greeting}\r\n`);
    socket.on('data', (chunk) => socket.write(`${answer(chunk.toString().trim())}\r\n`));
  });
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, security: 'none' };
}

const attempt = (
  settings: ServerSettings,
  options: Partial<ConnectOptions> = {},
  credentials: Credentials = anna,
): Promise<void> => tryLogin(settings, credentials, { guard, ca: cert, ...options });

describe('a login at the outgoing server', () => {
  it('is accepted over TLS, STARTTLS and, when the account is set so, without encryption', async () => {
    await attempt(await smtp({ secure: true }));
    await attempt({ ...(await smtp()), host: 'localhost' });
    await attempt({ ...(await smtp({ allowInsecureAuth: true })), security: 'none' });
  });

  it('rejects with the reason login-refused when the password is wrong', async () => {
    const wrong = { ...anna, password: 'wrong' };
    await expect(attempt(await smtp(), {}, wrong)).rejects.toMatchObject({
      reason: 'login-refused',
      server: 'outgoing',
    });
  });

  it('is not sent unencrypted when STARTTLS is required', async () => {
    const stripped = await smtp({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    await expect(attempt(stripped)).rejects.toMatchObject({ reason: 'starttls-not-offered' });
  });

  it('is not sent to a server with an untrusted certificate or the certificate of another host', async () => {
    const failed = { reason: 'tls-failed', server: 'outgoing' };
    await expect(attempt(await smtp({ secure: true }), { ca: undefined })).rejects.toMatchObject(failed);
    await expect(attempt(await smtp(), { ca: undefined })).rejects.toMatchObject(failed);
    const named = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
    const other = { ...(await smtp({ secure: true })), host: 'mail.example.org' };
    await expect(attempt(other, { guard: named })).rejects.toMatchObject(failed);
    await expect(attempt({ ...(await smtp()), security: 'tls' })).rejects.toMatchObject(failed);
  });

  it('does not count as accepted by a server that offers no login', async () => {
    const open = await scripted((line) => (line.startsWith('EHLO') ? '250 hello' : '502 unknown'));
    await expect(attempt(open)).rejects.toMatchObject({ reason: 'login-not-offered' });
  });

  it.each([
    ['454 4.7.0 try later', 'temporarily-refused'],
    ['421 4.7.0 Too many connections', 'temporarily-refused'],
    ['550 5.7.0 Too many login attempts, please wait', 'temporarily-refused'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'tls-required'],
    ['538 5.7.11 No', 'tls-required'],
    ['503 5.5.1 Error: authentication not enabled', 'login-not-offered'],
    ['535 5.7.8 Username and Password not accepted', 'login-refused'],
  ])('that is answered with %s has the reason %s', async (answer, reason) => {
    const refusing = await scripted((line) => (line.startsWith('EHLO') ? '250 AUTH PLAIN' : answer));
    await expect(attempt(refusing)).rejects.toMatchObject({ reason, detail: expect.stringContaining(answer) });
  });

  it.each([
    ['421 Too many connections', 'temporarily-refused'],
    ['450 Greylisted', 'temporarily-refused'],
    ['554 5.7.1 Service unavailable', 'temporarily-refused'],
    ['554 go away', 'refused-by-server'],
  ])('does not count as refused by a server that greets with %s', async (greeting, reason) => {
    await expect(attempt(await scripted(() => '', greeting))).rejects.toMatchObject({ reason });
  });

  it('uses a token, and keeps it out of the failure', async () => {
    const accessToken = 'ya29.a-token_of+some/length==';
    const heard: string[] = [];
    const quoting = await scripted((line) => {
      heard.push(line);
      return line.startsWith('EHLO') ? '250 AUTH PLAIN XOAUTH2' : `535 ${line} ${accessToken}`;
    });
    const credentials = { login: anna.login, accessToken };
    const failure = (await attempt(quoting, {}, credentials).catch((error: unknown) => error)) as Error;
    const sent = Buffer.from(`user=${anna.login}\x01auth=Bearer ${accessToken}\x01\x01`).toString('base64');
    expect(heard[1]).toBe(`AUTH XOAUTH2 ${sent}`);
    expect(failure).toMatchObject({ reason: 'login-refused' });
    expect(`${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`).not.toMatch(/ya29|dXNlcj/);
    expect(failure.message).toContain('•••');
  });

  it('keeps the password out of the failure when the server echoes it', async () => {
    const password = 'pa ss"wört';
    const encoded = Buffer.from(`\0${anna.login}\0${password}`).toString('base64');
    const echo = await scripted((line) =>
      line.startsWith('EHLO') ? '250 AUTH PLAIN' : `535 ${line} ${password} ${'y'.repeat(400)}`,
    );
    const failure = (await attempt(echo, {}, { ...anna, password }).catch((error: unknown) => error)) as Error & {
      detail: string;
    };
    expect(failure).toMatchObject({ reason: 'login-refused' });
    expect(failure.detail).toContain('•••');
    expect(failure.detail.length).toBeLessThanOrEqual(300);
    expect(`${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`).not.toMatch(
      new RegExp(`wört|${encoded}`),
    );
  });

  it('fails with a different reason for unreachable, unknown, forbidden, silent and refusing servers', async () => {
    const reason = (settings: ServerSettings, options: Partial<ConnectOptions> = {}) =>
      attempt(settings, options).catch((error: { reason?: string }) => error.reason);
    const unknown = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    const settings = await smtp();
    expect(await reason({ ...settings, port: 1 })).toBe('unreachable');
    expect(await reason({ ...settings, host: 'no.example.org' }, { guard: unknown })).toBe('host-unknown');
    expect(await reason(settings, { guard: new OutboundGuard({ allowPrivate: false }) })).toBe('host-not-allowed');
    expect(await reason(await scripted(() => '', ''), { timeoutMs: 200 })).toBe('timed-out');
    expect(await reason(await scripted(() => '', '554 go away'))).toBe('refused-by-server');
  });

  it('ends when its signal aborts', async () => {
    const stopping = new AbortController();
    const waiting = attempt(await scripted(() => '', ''), { signal: stopping.signal });
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });
});

describe('the outgoing transport', () => {
  it('asks the guard before each connection', async () => {
    const asked: string[] = [];
    const lookup = (host: string) =>
      Promise.resolve([{ address: asked.push(host) > 1 ? '169.254.169.254' : '127.0.0.1' }]);
    const rebinding = new OutboundGuard({ allowPrivate: true, lookup });
    const transport = outgoingTransport({ ...(await smtp()), host: 'localhost' }, anna, { guard: rebinding, ca: cert });
    const mail = { from: anna.login, to: 'ben@example.org', subject: 'Hello', text: 'Hello' };
    expect((await transport.sendMail(mail)).accepted).toEqual(['ben@example.org']);
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ reason: 'host-not-allowed' });
    expect(asked).toEqual(['localhost', 'localhost']);
  });
});

function selfSigned(): { key: string; cert: string } {
  const dir = mkdtempSync(join(tmpdir(), 'smtp-'));
  const [keyFile, certFile] = [join(dir, 'key'), join(dir, 'cert')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  const pair = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  rmSync(dir, { recursive: true });
  return pair;
}
