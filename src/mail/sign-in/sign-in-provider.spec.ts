import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { forbiddenSpellings } from '../../../test/forbidden-spellings.js';
import { MailWorld } from '../../../test/mail-world.js';
import { OpenIdClient } from '../../platform/auth/openid-client.js';
import { guardedFetch } from '../guarded-fetch.js';
import { OutboundGuard } from '../outbound-guard.js';
import { SignInProvider } from './sign-in-provider.js';

/** Lets through the one host of the test, and for all others is as strict as in the world. */
class OpenedForTests extends OutboundGuard {
  override resolve(host: string): Promise<string[]> {
    return host === 'idp.test' ? Promise.resolve(['127.0.0.1']) : super.resolve(host);
  }
}

let world: MailWorld;
let issuer: string;
const guard = new OpenedForTests({ allowPrivate: false, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });

beforeAll(async () => {
  world = await MailWorld.start({ users: {}, hosts: ['idp.test'] });
  issuer = `https://idp.test:${world.ports.https}`;
});
beforeEach(() => {
  world.pages.clear();
  world.asked.length = 0;
});
afterAll(() => world?.stop());

const at = (where: string): SignInProvider =>
  new SignInProvider('google', { id: 'mailroom', secret: 'x', issuer: where, mailHosts: [] }, guardedFetch(guard, world.ca));
const begin = (provider: SignInProvider) =>
  provider.authorizationUrl(OpenIdClient.challenge(), 'https://crm.test/callback', 'anna@one.test');
const tokens = { refreshToken: 'r', accessToken: 'a', expiresAt: 0 };
const discovered = (changed: object = {}): void =>
  world.shows(`${issuer}/.well-known/openid-configuration`, (_, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    const endpoints = { authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` };
    answer.end(JSON.stringify({ issuer, ...endpoints, ...changed }));
  });
const wholeHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

it('asks the provider once for what it says of itself', async () => {
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

it.each(forbiddenSpellings)('sends no token to an endpoint at %s that the provider names', async (host) => {
  discovered({ token_endpoint: `https://${wholeHost(host)}:${world.ports.https}/token` });
  await expect(at(issuer).renew(tokens)).rejects.toMatchObject({ name: 'ProviderNotAnswering' });
  expect(world.asked).toEqual([`${issuer}/.well-known/openid-configuration`]);
});

it('follows no redirect, neither to be told of the provider nor with a token', async () => {
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
])('knows what only the person can mend: %s with %s is %s', async (error, status, name) => {
  discovered();
  world.shows(`${issuer}/token`, (_, answer) =>
    answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(error ? { error } : {})),
  );
  await expect(at(issuer).renew(tokens)).rejects.toMatchObject({ name });
});

it('keeps the refresh token where the provider gives no other', async () => {
  discovered();
  world.shows(`${issuer}/token`, (_, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify({ access_token: 'b', token_type: 'Bearer', expires_in: 60 }));
  });
  expect(await at(issuer).renew(tokens)).toMatchObject({ accessToken: 'b', refreshToken: 'r' });
});

it('lets its own servers have a token, over TLS only', () => {
  const provider = at(issuer);
  const gmail = { host: 'IMAP.gmail.com', port: 993, security: 'tls' } as const;
  expect(provider.mayHaveToken(gmail)).toBe(true);
  expect(provider.mayHaveToken({ ...gmail, security: 'none' })).toBe(false);
  for (const host of ['outlook.office365.com', 'imap.gmail.com.evil.example', 'evil-imap.gmail.com', ''])
    expect(provider.mayHaveToken({ ...gmail, host })).toBe(false);
});
