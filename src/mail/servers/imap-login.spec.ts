import { type Dovecot, startDovecot } from '../../../test/dovecot.js';
import { anna, answering, capability, closeAll, guard, login, scripted, serve } from '../../../test/scripted-imap.js';
import { tryIncomingLogin } from './imap.js';
import { trustsQresync } from './imap-login.js';
import { OutboundGuard } from './outbound-guard.js';
import type { ServerSettings } from './servers.js';

let dovecot: Dovecot;

beforeAll(async () => {
  dovecot = await startDovecot({ tls: true });
});
afterEach(closeAll);
afterAll(() => dovecot.stop());

const plain = (): ServerSettings => ({ host: '127.0.0.1', port: dovecot.imapPort, security: 'none' });

it('asks for QRESYNC where its answers can be trusted', async () => {
  const able = capability('AUTH=PLAIN', 'SASL-IR', 'ENABLE', 'CONDSTORE', 'QRESYNC');
  const seen: string[] = [];
  const settings = await answering((tag, name, _, line) => {
    seen.push(line);
    return name === 'CAPABILITY' ? able.replace(/^OK/m, `${tag} OK`).concat('\r\n') : `${tag} OK\r\n`;
  });
  await tryIncomingLogin(settings, anna, { guard });
  expect(seen).toContain('ENABLE CONDSTORE QRESYNC');
  expect(['imap.example.org', 'imap.home.me.com', 'myicloud.com'].map(trustsQresync)).toEqual([true, true, true]);
  expect(['imap.mail.me.com', 'p42-IMAP.mail.me.com.'].map(trustsQresync)).toEqual([false, false]);
});

describe('a login', () => {
  it('is accepted, with TLS verified for the given name or address', async () => {
    const tls = (host: string): ServerSettings => ({ host, port: dovecot.imapsPort ?? 0, security: 'tls' });
    const ca = dovecot.certificate;
    await tryIncomingLogin(plain(), anna, { guard });
    await tryIncomingLogin(tls('localhost'), anna, { guard, ca });
    await tryIncomingLogin(tls('127.0.0.1'), anna, { guard, ca });
    await tryIncomingLogin({ ...plain(), host: 'localhost', security: 'starttls' }, anna, { guard, ca });
  });

  it('is not sent to a server with an untrusted certificate or the certificate of another host', async () => {
    const failed = { reason: 'tls-failed', server: 'incoming' };
    const named = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
    const tls: ServerSettings = { host: 'localhost', port: dovecot.imapsPort ?? 0, security: 'tls' };
    await expect(tryIncomingLogin(tls, anna, { guard })).rejects.toMatchObject(failed);
    await expect(tryIncomingLogin({ ...plain(), security: 'starttls' }, anna, { guard })).rejects.toMatchObject(failed);
    const other = { ...tls, host: 'mail.example.org' };
    await expect(tryIncomingLogin(other, anna, { guard: named, ca: dovecot.certificate })).rejects.toMatchObject(
      failed,
    );
    await expect(tryIncomingLogin({ ...plain(), security: 'tls' }, anna, { guard })).rejects.toMatchObject(failed);
  });

  it('rejects with the reason login-refused when the password is wrong', async () => {
    const refused = { reason: 'login-refused', server: 'incoming' };
    await expect(tryIncomingLogin(plain(), { login, password: 'wrong' }, { guard })).rejects.toMatchObject(refused);
    await expect(tryIncomingLogin(plain(), { login, password: 'a\r\nb LOGOUT' }, { guard })).rejects.toMatchObject(
      refused,
    );
  });

  it.each([
    ['none', ''],
    ['some', '* PREAUTH welcome'],
  ])('is not downgraded when STARTTLS is not offered (%s)', async (_, greeting) => {
    const settings = await scripted({ CAPABILITY: capability('AUTH=PLAIN') }, greeting || undefined);
    const downgraded = tryIncomingLogin({ ...settings, security: 'starttls' }, anna, { guard });
    await expect(downgraded).rejects.toMatchObject({ reason: 'starttls-not-offered' });
  });

  it.each(['XOAUTH2', 'OAUTHBEARER'])(
    'keeps a token out of the failure when the server quotes %s',
    async (mechanism) => {
      const accessToken = 'ya29.a-token_of+some/length==';
      let quoted = '';
      const settings = await serve((socket) => {
        socket.write(`* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=${mechanism}] ready\r\n`);
        socket.on('data', (chunk) => {
          const line = chunk.toString().trim();
          if (line.includes(' AUTHENTICATE ')) quoted = line;
          socket.write(`${line.split(' ')[0]} NO [AUTHENTICATIONFAILED] I do not like ${line} ${accessToken}\r\n`);
        });
      });
      const failure = await tryIncomingLogin(settings, { login, accessToken }, { guard }).catch(
        (error: unknown) => error as Error,
      );
      expect(quoted).toContain(` AUTHENTICATE ${mechanism} `);
      expect(failure).toMatchObject({ reason: 'login-refused' });
      const reported = JSON.stringify({ ...(failure as object), message: (failure as Error).message });
      expect(reported).toContain('•••');
      expect(reported).not.toContain('ya29');
      expect(reported).not.toContain(quoted.split(' ').at(-1)!.slice(0, 20));
    },
  );

  it('keeps the password out of the failure when the server echoes it', async () => {
    const password = 'pa ss"wört';
    const plainAuth = Buffer.from(`\0${login}\0${password}`).toString('base64');
    const echo = `NO [AUTHENTICATIONFAILED] bad: ${password} pa ss\\"wört ${plainAuth} \u0007${'y'.repeat(400)}`;
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'),
      AUTHENTICATE: echo,
      LOGIN: echo,
    });
    const failure = await tryIncomingLogin(settings, { login, password }, { guard }).catch(
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ reason: 'login-refused' });
    const reported = JSON.stringify({ ...(failure as object), message: (failure as Error).message });
    expect(reported).toContain('•••');
    expect(reported).not.toMatch(/wört|\\u0007|w7ZydA/);
    expect((failure as unknown as { detail: string }).detail.length).toBeLessThanOrEqual(300);
    expect(String((failure as Error).stack)).not.toMatch(/wört/);
  });

  it.each([
    ['NO [UNAVAILABLE] try later', 'temporarily-refused'],
    ['NO [ALERT] Too many simultaneous connections. (Failure)', 'temporarily-refused'],
    ['NO Server error - Please try again later', 'temporarily-refused'],
    ['BAD User is authenticated but not connected.', 'temporarily-refused'],
    ['NO [PRIVACYREQUIRED] Not without TLS', 'tls-required'],
    ['NO [CONTACTADMIN] Ask your administrator', 'refused-by-server'],
    ['NO [EXPIRED] Change your password', 'login-refused'],
    ['NO Login failed', 'login-refused'],
  ])('that is answered with %s has the reason %s', async (answer, reason) => {
    const failed = { reason, detail: expect.stringContaining(answer.replace(/^\w+ (\[\w+\] )?/, '')) };
    const login = await scripted({ CAPABILITY: capability(), LOGIN: answer });
    await expect(tryIncomingLogin(login, anna, { guard })).rejects.toMatchObject(failed);
    const sasl = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'), AUTHENTICATE: answer });
    await expect(tryIncomingLogin(sasl, anna, { guard })).rejects.toMatchObject(failed);
  });

  it('is not refused by Exchange that has no mailbox for it at the moment', async () => {
    const settings = await scripted({
      CAPABILITY: capability('NAMESPACE'),
      NAMESPACE: 'BAD User is authenticated but not connected.',
    });
    await expect(tryIncomingLogin(settings, anna, { guard })).rejects.toMatchObject({ reason: 'temporarily-refused' });
  });

  it('with a token is not refused while the OAuth server is out of order', async () => {
    const reasonFor = async (status: string) => {
      const settings = await serve((socket) => {
        socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n');
        let tag = '';
        socket.on('data', (chunk) => {
          const [first = '', name] = chunk.toString().trim().split(' ');
          if (name === 'AUTHENTICATE') {
            tag = first;
            socket.write(`+ ${Buffer.from(JSON.stringify({ status })).toString('base64')}\r\n`);
          } else socket.write(`${name ? first : tag} ${name ? 'OK' : 'NO [AUTHENTICATIONFAILED] no'}\r\n`);
        });
      });
      return tryIncomingLogin(settings, { login, accessToken: 'token' }, { guard }).catch(
        (error: { reason?: string }) => error.reason,
      );
    };
    expect(await reasonFor('503')).toBe('temporarily-refused');
    expect(await reasonFor('400')).toBe('login-refused');
  });

  it('is not offered by a server without a common mechanism, or without encryption', async () => {
    const disabled = await scripted({ CAPABILITY: capability('LOGINDISABLED') });
    await expect(tryIncomingLogin(disabled, anna, { guard })).rejects.toMatchObject({ reason: 'tls-required' });
    const plainOnly = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR') });
    await expect(tryIncomingLogin(plainOnly, { login, accessToken: 'token' }, { guard })).rejects.toMatchObject({
      reason: 'login-not-offered',
    });
  });

  it('fails with a different reason for unreachable, unknown and forbidden hosts and for a BYE', async () => {
    const reason = (settings: ServerSettings, options = { guard }) =>
      tryIncomingLogin(settings, anna, options).catch((error: { reason?: string }) => error.reason);
    const unknown = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await reason({ ...plain(), port: 1 })).toBe('unreachable');
    expect(await reason({ ...plain(), host: 'no.example.org' }, { guard: unknown })).toBe('host-unknown');
    expect(await reason(plain(), { guard: new OutboundGuard({ allowPrivate: false }) })).toBe('host-not-allowed');
    expect(await reason(await scripted({}, '* BYE too many connections'))).toBe('temporarily-refused');
    expect(await reason(await serve((socket) => socket.end()))).toBe('connection-lost');
  });

  it('tries the next address when one does not answer', async () => {
    const lookup = () => Promise.resolve([{ address: '127.0.0.2' }, { address: '127.0.0.1' }]);
    const two = new OutboundGuard({ allowPrivate: true, lookup });
    await tryIncomingLogin({ ...plain(), host: 'mail.example.org' }, anna, { guard: two });
  });
});
