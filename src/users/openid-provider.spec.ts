import { createPublicKey } from 'node:crypto';
import { MailWorld } from '../../test/mail-world.js';
import { makeKey, signedToken } from '../../test/openid-server.js';
import { guardedFetch } from '../mail/servers/guarded-fetch.js';
import { OutboundGuard } from '../mail/servers/outbound-guard.js';
import { OpenIdClient } from '../platform/auth/openid-client.js';
import { OpenIdProvider } from './openid-provider.js';

/** Allows the host of the test; treats all other hosts as in production. */
class OpenedForTests extends OutboundGuard {
  override resolve(host: string): Promise<string[]> {
    return host === 'tokens.test' ? Promise.resolve(['127.0.0.1']) : super.resolve(host);
  }
}

const key = makeKey();
const challenge = OpenIdClient.challenge();
let world: MailWorld;
/** lies in the company's own network */
let issuer: string;
let elsewhere: string;

beforeAll(async () => {
  world = await MailWorld.start({ users: {}, hosts: ['tokens.test'] });
  issuer = `http://127.0.0.1:${world.ports.http}`;
  elsewhere = `https://tokens.test:${world.ports.https}`;
});
beforeEach(() => {
  world.pages.clear();
  world.asked.length = 0;
});
afterAll(() => world?.stop());

const provider = (): OpenIdProvider =>
  new OpenIdProvider(
    { issuer, clientId: 'mailroom', clientSecret: 'x', roleClaim: ['roles'], roles: new Map([['staff', 'user']]) },
    guardedFetch(new OpenedForTests({ allowPrivate: false }), world.ca),
  );
const tells = (url: string, body: object): void =>
  world.shows(url, (_, answer) => answer.setHeader('Content-Type', 'application/json').end(JSON.stringify(body)));
const discovered = (endpoints: object): void =>
  tells(`${issuer}/.well-known/openid-configuration`, {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${elsewhere}/token`,
    jwks_uri: `${elsewhere}/jwks`,
    userinfo_endpoint: `${elsewhere}/userinfo`,
    ...endpoints,
  });
const finish = () =>
  provider().exchange(new URL(`https://crm.test/callback?code=c&state=${challenge.state}`), challenge);

function grants(at: string): void {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'mailroom', sub: 'anna', iat: now, exp: now + 60, nonce: challenge.nonce };
  tells(`${at}/token`, { access_token: 'a', token_type: 'Bearer', id_token: signedToken(claims, key, 'one') });
  tells(`${at}/jwks`, {
    keys: [{ ...createPublicKey(key).export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
  });
  tells(`${at}/userinfo`, { sub: 'anna', email: 'anna@one.test', roles: ['staff'] });
}

it('the provider may lie in the own network, and endpoints elsewhere are asked through the guard', async () => {
  discovered({});
  grants(elsewhere);
  expect(await finish()).toMatchObject({ sub: 'anna', email: 'anna@one.test', roles: ['staff'] });
  const pages = ['token', 'jwks', 'userinfo'].map((page) => `${elsewhere}/${page}`);
  expect(world.asked).toEqual([`${issuer}/.well-known/openid-configuration`, ...pages]);
});

it.each(['token_endpoint', 'jwks_uri', 'userinfo_endpoint'])(
  'the %s of the provider cannot be another host of the own network',
  async (name) => {
    const inside = `https://127.0.0.1:${world.ports.https}`;
    grants(elsewhere);
    grants(inside);
    discovered({ [name]: `${inside}/${name.split(/_|\b/)[0]}` });
    await expect(finish()).rejects.toMatchObject({ reason: 'provider-not-answering', kind: 'unavailable' });
    expect(world.asked.filter((url) => url.startsWith(inside))).toEqual([]);
  },
);

it('an issuer of many companies is refused: anybody could sign in there', async () => {
  const common = new OpenIdProvider(
    {
      issuer: 'https://login.microsoftonline.com/common/v2.0',
      clientId: 'mailroom',
      clientSecret: 'x',
      roleClaim: ['roles'],
      roles: new Map(),
    },
    () => Promise.reject(new Error('nothing else is asked')),
  );
  const asked = globalThis.fetch;
  globalThis.fetch = () =>
    Promise.resolve(
      Response.json({
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        authorization_endpoint: 'https://login.microsoftonline.com/common/authorize',
      }),
    );
  try {
    await expect(common.authorizationUrl(challenge, 'https://crm.test/callback')).rejects.toMatchObject({
      reason: 'provider-not-answering',
      detail: expect.stringContaining('many companies'),
    });
  } finally {
    globalThis.fetch = asked;
  }
});
