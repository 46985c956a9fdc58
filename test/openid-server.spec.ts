import * as client from 'openid-client';
import { makeKey, OpenIdServer } from './openid-server.js';

const redirectUri = 'http://127.0.0.1:9/callback';
let server: OpenIdServer;
let configuration: client.Configuration;

beforeAll(async () => {
  server = await OpenIdServer.start({
    clients: [{ id: 'mailroom', secret: 'of the client', redirectUris: [redirectUri] }],
    people: { anna: { email: 'anna@example.test', email_verified: true, roles: ['staff'] } },
    scopes: ['mail'],
  });
  configuration = await client.discovery(new URL(server.issuer), 'mailroom', 'of the client', undefined, {
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out
    execute: [client.allowInsecureRequests],
  });
});
afterAll(() => server?.stop());

async function tokensOf(subject: string, parameters: Record<string, string> = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: 'state',
    nonce: 'nonce',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: 'state', expectedNonce: 'nonce' };
  return client.authorizationCodeGrant(configuration, await server.signIn(url.href, subject), checks);
}

const offline = { scope: 'openid email offline_access mail', prompt: 'consent' };

it('the OpenID server signs a known person in and returns the claims about the person', async () => {
  const tokens = await tokensOf('anna');
  expect(tokens.claims()).toMatchObject({
    sub: 'anna',
    email: 'anna@example.test',
    email_verified: true,
    roles: ['staff'],
  });
  expect(tokens.refresh_token).toBeUndefined();
});

it('the OpenID server lets a person decline', async () => {
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'state',
  });
  const back = await server.refuse(url.href);
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'state' });
});

it('the OpenID server rotates refresh tokens, and revokes all after a second use of one', async () => {
  const first = await tokensOf('anna', offline);
  const before = server.tokenRequests.length;
  const second = await client.refreshTokenGrant(configuration, first.refresh_token!);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(server.tokenRequests.slice(before)).toEqual(['refresh_token']);
  await expect(client.refreshTokenGrant(configuration, first.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(client.refreshTokenGrant(configuration, second.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

it('the OpenID server names the person of an access token until the token or its grant is revoked', async () => {
  const { access_token: token } = await tokensOf('anna', offline);
  const introspected = await client.tokenIntrospection(configuration, token);
  expect(introspected).toMatchObject({
    active: true,
    sub: 'anna',
    email: 'anna@example.test',
    scope: expect.stringContaining('mail'),
  });
  await client.tokenRevocation(configuration, token);
  expect(await client.tokenIntrospection(configuration, token)).toEqual({ active: false });
  const other = await tokensOf('anna', offline);
  server.forgetGrants();
  expect(await client.tokenIntrospection(configuration, other.access_token)).toEqual({ active: false });
  await expect(client.refreshTokenGrant(configuration, other.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

it('the OpenID server can issue ID tokens with wrong claims and foreign signatures', async () => {
  server.alter = (claims) => ({ ...claims, nonce: 'another' });
  await expect(tokensOf('anna')).rejects.toMatchObject({ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });
  server.alter = (claims) => claims;
  expect((await tokensOf('anna')).claims()?.sub).toBe('anna');
  server.foreignKey = makeKey();
  client.enableNonRepudiationChecks(configuration);
  await expect(tokensOf('anna')).rejects.toThrow();
  server.foreignKey = undefined;
  expect((await tokensOf('anna')).claims()?.sub).toBe('anna');
});
