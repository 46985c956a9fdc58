import { createPublicKey } from 'node:crypto';
import { forbiddenSpellings } from '../../../test/forbidden-spellings.js';
import { MailWorld } from '../../../test/mail-world.js';
import { makeKey, signedToken } from '../../../test/openid-server.js';
import { OpenIdClient } from '../../platform/auth/openid-client.js';
import { type Fetch, guardedFetch } from '../../mail/servers/guarded-fetch.js';
import { OutboundGuard } from '../../mail/servers/outbound-guard.js';
import { SignInProvider } from './sign-in-provider.js';

const HOSTS = ['idp.test', 'tokens.test', 'login.microsoftonline.com'];

/** Allows the hosts of the test; treats all other hosts as in production. */
class OpenedForTests extends OutboundGuard {
  override resolve(host: string): Promise<string[]> {
    return HOSTS.includes(host) ? Promise.resolve(['127.0.0.1']) : super.resolve(host);
  }
}

let world: MailWorld;
let issuer: string;
const guard = new OpenedForTests({ allowPrivate: false, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });

beforeAll(async () => {
  world = await MailWorld.start({ users: {}, hosts: HOSTS });
  issuer = `https://idp.test:${world.ports.https}`;
});
beforeEach(() => {
  world.pages.clear();
  world.asked.length = 0;
});
afterAll(() => world?.stop());

const at = (where: string): SignInProvider =>
  new SignInProvider(
    'google',
    { id: 'mailroom', secret: 'x', issuer: where, mailHosts: [] },
    guardedFetch(guard, world.ca),
  );
const begin = (provider: SignInProvider) =>
  provider.authorizationUrl(OpenIdClient.challenge(), 'https://crm.test/callback', 'anna@one.test');
const tokens = { refreshToken: 'r', accessToken: 'a', expiresAt: 0 };
const discovered = (changed: object = {}): void =>
  world.shows(`${issuer}/.well-known/openid-configuration`, (_, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    const endpoints = {
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
    answer.end(JSON.stringify({ issuer, ...endpoints, ...changed }));
  });
const wholeHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

it('fetches the configuration of the provider once', async () => {
  discovered();
  const provider = at(issuer);
  expect(await begin(provider)).toContain(`${issuer}/auth?`);
  await begin(provider);
  expect(world.asked).toHaveLength(1);
});

it.each(forbiddenSpellings)('does not ask an issuer at %s', async (host) => {
  for (const protocol of ['https', 'http']) {
    const url = `${protocol}://${wholeHost(host)}`;
    if (URL.canParse(url))
      await expect(begin(at(url))).rejects.toMatchObject({ reason: 'provider-not-answering', kind: 'unavailable' });
  }
  expect(world.asked).toEqual([]);
});

it.each(forbiddenSpellings)('sends no token to an endpoint at %s, although the provider names it', async (host) => {
  discovered({ token_endpoint: `https://${wholeHost(host)}:${world.ports.https}/token` });
  await expect(at(issuer).renew(tokens)).rejects.toMatchObject({ name: 'ProviderNotAnswering' });
  expect(world.asked).toEqual([`${issuer}/.well-known/openid-configuration`]);
});

it('follows no redirect, neither for the configuration nor with a token', async () => {
  const away = { Location: 'http://169.254.169.254/' };
  world.shows(`${issuer}/.well-known/openid-configuration`, (_, answer) => answer.writeHead(302, away).end());
  await expect(begin(at(issuer))).rejects.toMatchObject({ reason: 'provider-not-answering' });
  discovered();
  world.shows(`${issuer}/token`, (_, answer) => answer.writeHead(307, away).end());
  await expect(at(issuer).renew(tokens)).rejects.toMatchObject({ name: 'ProviderNotAnswering' });
});

it.each([
  ['invalid_grant', 400, 'GrantGone'],
  ['interaction_required', 400, 'GrantGone'],
  ['invalid_client', 401, 'ProviderNotAnswering'],
  ['temporarily_unavailable', 400, 'ProviderNotAnswering'],
  [undefined, 500, 'ProviderNotAnswering'],
])('tells expired grants from provider failures: %s with status %s is %s', async (error, status, name) => {
  discovered();
  world.shows(`${issuer}/token`, (_, answer) =>
    answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(error ? { error } : {})),
  );
  await expect(at(issuer).renew(tokens)).rejects.toMatchObject({ name });
});

it('keeps the refresh token when the provider sends no new one', async () => {
  discovered();
  world.shows(`${issuer}/token`, (_, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify({ access_token: 'b', token_type: 'Bearer', expires_in: 60 }));
  });
  expect(await at(issuer).renew(tokens)).toMatchObject({ accessToken: 'b', refreshToken: 'r' });
});

it('sends tokens to its own servers only, over TLS only', () => {
  const provider = at(issuer);
  const gmail = { host: 'IMAP.gmail.com', port: 993, security: 'tls' } as const;
  expect(provider.mayHaveToken(gmail)).toBe(true);
  expect(provider.mayHaveToken({ ...gmail, security: 'none' })).toBe(false);
  for (const host of ['outlook.office365.com', 'imap.gmail.com.evil.example', 'evil-imap.gmail.com', ''])
    expect(provider.mayHaveToken({ ...gmail, host })).toBe(false);
});

const key = makeKey();
const jwks = { keys: [{ ...createPublicKey(key).export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] };

/** Makes a page of the provider answer with JSON. */
const tells = (url: string, body: object): void =>
  world.shows(url, (_, answer) => answer.setHeader('Content-Type', 'application/json').end(JSON.stringify(body)));
const granting = (claims: object, nonce: string) => {
  const now = Math.floor(Date.now() / 1000);
  const times = { aud: 'mailroom', sub: 'anna', iat: now, exp: now + 60, nonce };
  const idToken = signedToken({ ...times, email: 'anna@one.test', ...claims }, key, 'one');
  return { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 60, id_token: idToken };
};
const cameBack = (state: string): URL => new URL(`https://crm.test/callback?code=c&state=${state}`);

it('asks endpoints at another origin when the issuer names them', async () => {
  const elsewhere = `https://tokens.test:${world.ports.https}`;
  discovered({ token_endpoint: `${elsewhere}/token`, jwks_uri: `${elsewhere}/jwks` });
  const challenge = OpenIdClient.challenge();
  tells(`${elsewhere}/token`, granting({ iss: issuer }, challenge.nonce));
  tells(`${elsewhere}/jwks`, jwks);
  const { mailboxes, tokens: got } = await at(issuer).exchange(cameBack(challenge.state), challenge);
  expect([mailboxes, got]).toEqual([
    ['anna@one.test'],
    expect.objectContaining({ accessToken: 'a', refreshToken: 'r' }),
  ]);
  expect(world.asked).toEqual([
    `${issuer}/.well-known/openid-configuration`,
    `${elsewhere}/token`,
    `${elsewhere}/jwks`,
  ]);
});

it.each(forbiddenSpellings)('fetches no keys at %s', async (host) => {
  discovered({ jwks_uri: `https://${wholeHost(host)}:${world.ports.https}/jwks` });
  const challenge = OpenIdClient.challenge();
  tells(`${issuer}/token`, granting({ iss: issuer }, challenge.nonce));
  await expect(at(issuer).exchange(cameBack(challenge.state), challenge)).rejects.toMatchObject({
    kind: 'unavailable',
  });
});

/** Its metadata give a pattern as the issuer: each company is an issuer of its own. */
describe('Microsoft', () => {
  const ORIGIN = 'https://login.microsoftonline.com';
  const own = (tenant: string): string => `${ORIGIN}/${tenant}/v2.0`;
  /** fetches from that origin at the port of the test */
  const atItsPort: Fetch = (input, init) => {
    const url = new URL(input);
    if (url.origin === ORIGIN) url.port = String(world.ports.https);
    return guardedFetch(guard, world.ca)(url, init);
  };
  const microsoft = (issuerOf = own('common')): SignInProvider =>
    new SignInProvider('microsoft', { id: 'mailroom', secret: 'x', issuer: issuerOf, mailHosts: [] }, atItsPort);
  const says = (page: string, body: object): void => tells(`${ORIGIN}:${world.ports.https}${page}`, body);
  const endpoints = {
    authorization_endpoint: `${ORIGIN}/common/authorize`,
    token_endpoint: `${ORIGIN}/common/token`,
    jwks_uri: `${ORIGIN}/common/keys`,
  };
  const signIn = (claims: object) => {
    const challenge = OpenIdClient.challenge();
    says('/common/token', granting({ preferred_username: 'anna@contoso.test', ...claims }, challenge.nonce));
    return microsoft().exchange(cameBack(challenge.state), challenge);
  };

  beforeEach(() => {
    says('/common/v2.0/.well-known/openid-configuration', { issuer: own('{tenantid}'), ...endpoints });
    says('/common/keys', jwks);
  });

  it('accepts every company, each as the issuer of its own users', async () => {
    expect(await begin(microsoft())).toContain(`${ORIGIN}/common/authorize?`);
    for (const tenant of ['contoso', 'fabrikam'])
      expect(await signIn({ tid: tenant, iss: own(tenant) })).toMatchObject({
        mailboxes: ['anna@contoso.test', 'anna@one.test'],
        tokens: { accessToken: 'a', refreshToken: 'r' },
      });
  });

  it.each([
    ['a company other than the issuer', { tid: 'contoso', iss: own('fabrikam') }],
    ['another issuer', { tid: 'contoso', iss: 'https://login.example/contoso/v2.0' }],
    ['the pattern itself', { tid: 'contoso', iss: own('{tenantid}') }],
    ['no company', { iss: own('contoso') }],
  ])('refuses claims of %s', async (_, claims) => {
    await expect(signIn(claims)).rejects.toMatchObject({ reason: 'sign-in-refused', kind: 'unprocessable' });
  });

  it('renews its tokens', async () => {
    says('/common/token', { access_token: 'b', refresh_token: 's', token_type: 'Bearer', expires_in: 60 });
    expect(await microsoft().renew(tokens)).toMatchObject({ accessToken: 'b', refreshToken: 's' });
  });

  it('accepts one company when the configuration names its issuer', async () => {
    says('/contoso/v2.0/.well-known/openid-configuration', { issuer: own('contoso'), ...endpoints });
    expect(await begin(microsoft(own('contoso')))).toContain(`${ORIGIN}/common/authorize?`);
  });
});
