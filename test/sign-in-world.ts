import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { type Dovecot, startDovecot } from './dovecot.js';
import { type Claims, OpenIdServer } from './openid-server.js';
import { selfSigned } from './self-signed.js';

export const PUBLIC_URL = 'https://crm.example.test';
export const CLIENT_SECRET = 'canary-secret-of-the-client-4d4d';
const CLIENT_ID = 'mailroom';
const CLIENT = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`;

const MAIL_SCOPES = [
  'https://mail.google.com/',
  ...['IMAP.AccessAsUser.All', 'SMTP.Send'].map((it) => `https://outlook.office.com/${it}`),
];

export interface SignInWorldOptions {
  people: Record<string, Claims>;
  /** login to password: a mailbox takes its password and tokens */
  users: Record<string, string>;
  accessTokenSeconds?: number;
  /** address of the service; default `PUBLIC_URL` */
  publicUrl?: string;
}

/**
 * An OpenID provider, a real Dovecot and an SMTP server, both over TLS only. They verify each token by introspection at
 * the provider (RFC 7662).
 */
export class SignInWorld {
  private constructor(
    readonly provider: OpenIdServer,
    readonly dovecot: Dovecot,
    private readonly smtp: SMTPServer,
    private readonly ca: string,
    private readonly dir: string,
    private readonly publicUrl: string,
  ) {}

  static async start({
    people,
    users,
    accessTokenSeconds = 3600,
    publicUrl = PUBLIC_URL,
  }: SignInWorldOptions): Promise<SignInWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'sign-in-world-'));
    const callbacks = ['oauth/google', 'oauth/microsoft', 'session/openid'];
    const redirectUris = callbacks.map((each) => `${publicUrl}/api/${each}/callback`);
    const provider = await OpenIdServer.start({
      clients: [{ id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris }],
      people,
      scopes: MAIL_SCOPES,
      refreshTokens: 'always',
      accessTokenSeconds,
    });
    const introspection = provider.endpoint('introspection');
    writeFileSync(
      join(dir, 'oauth2.conf'),
      [
        `introspection_url = ${introspection.replace('://', `://${CLIENT_ID}:${CLIENT_SECRET}@`)}`,
        'introspection_mode = post',
        'username_attribute = email',
        'active_attribute = active',
        'active_value = true',
      ].join('\n'),
    );
    const extra = `
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${join(dir, 'oauth2.conf')}
}`;
    const dovecot = await startDovecot({ users, tls: true, extra });
    const certificate = selfSigned(dir);
    const smtp = new SMTPServer({
      key: readFileSync(join(dir, 'tls.key')),
      cert: certificate,
      secure: true,
      authMethods: ['XOAUTH2', 'PLAIN'],
      onAuth: ({ username = '', password, accessToken }, _, done) => {
        const right = accessToken
          ? isActive(introspection, accessToken, username)
          : Promise.resolve(users[username] === password);
        void right.then((yes) => (yes ? done(null, { user: username }) : done(new Error('Invalid login'))), done);
      },
    });
    smtp.on('error', () => undefined);
    smtp.listen(0, '127.0.0.1');
    await once(smtp.server, 'listening');
    return new SignInWorld(provider, dovecot, smtp, `${dovecot.certificate}\n${certificate}`, dir, publicUrl);
  }

  /** Options of `RunningService.start`: this provider acts as Google and as Microsoft. */
  get service() {
    const client = { id: CLIENT_ID, secret: CLIENT_SECRET, issuer: this.provider.issuer, mailHosts: ['127.0.0.1'] };
    return {
      env: { PUBLIC_URL: this.publicUrl },
      config: { mailSignIn: { google: client, microsoft: client }, mailWorld: { ports: {}, ca: this.ca } },
    };
  }

  /** Environment in which people sign in to the CRM at this provider; their claim `roles` gives the role. */
  get forPeople(): Record<string, string> {
    return {
      OIDC_ISSUER: this.provider.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_ROLE_CLAIM: 'roles',
      OIDC_ROLES: 'staff=user',
    };
  }

  /** Environment for `ServiceProcess.start`: this provider acts as Google. */
  get env(): Record<string, string> {
    const ca = join(this.dir, 'ca.pem');
    writeFileSync(ca, this.ca);
    return {
      PUBLIC_URL: this.publicUrl,
      NODE_EXTRA_CA_CERTS: ca,
      GOOGLE_CLIENT_ID: CLIENT_ID,
      GOOGLE_CLIENT_SECRET: CLIENT_SECRET,
      GOOGLE_ISSUER: this.provider.issuer,
      GOOGLE_MAIL_HOSTS: '127.0.0.1',
    };
  }

  /** `incoming` and `outgoing` in the body of `POST /accounts`. */
  get servers() {
    const on = (port: number) => ({ host: '127.0.0.1', port, security: 'tls' });
    return { incoming: on(this.dovecot.imapsPort!), outgoing: on((this.smtp.server.address() as AddressInfo).port) };
  }

  async stop(): Promise<void> {
    await Promise.all([
      this.dovecot.stop(),
      this.provider.stop().catch(() => undefined),
      new Promise<void>((done) => this.smtp.close(() => done())),
    ]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function isActive(introspection: string, token: string, username: string): Promise<boolean> {
  const answer = await fetch(introspection, {
    method: 'POST',
    headers: { Authorization: CLIENT },
    body: new URLSearchParams({ token }),
  });
  const { active, email } = (await answer.json()) as { active: boolean; email?: string };
  return active && email === username;
}
