import { createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';
import { Memory } from './openid-server/memory.js';

/** Claims about a person without `sub`: `email`, `email_verified`, `name`, `roles`, `realm_access` and others. */
export type Claims = Record<string, unknown>;

export interface OpenIdServerOptions {
  clients: { id: string; secret: string; redirectUris: string[] }[];
  /** by subject */
  people: Record<string, Claims>;
  /** default 0: any free port */
  port?: number;
  /** scopes for clients beside openid, email, profile and offline_access */
  scopes?: string[];
  /** `always`: also without the scope offline_access and without prompt=consent, as Google and Microsoft do */
  refreshTokens?: 'offline_access' | 'always';
  accessTokenSeconds?: number;
  /** place of the claims of `email` and `profile`; `userinfo`: the ID token lacks them */
  claimsIn?: 'id-token' | 'userinfo';
}

/** A real OpenID provider on loopback. Refresh tokens rotate: a second use of one revokes all tokens of its grant. */
export class OpenIdServer {
  /** by subject; a change applies from the next sign-in on */
  readonly people: Map<string, Claims>;
  /** grant type of every token request, the oldest first */
  readonly tokenRequests: string[] = [];
  /** every issued token of any kind */
  readonly issued: string[] = [];
  /** changes the claims of an ID token before its signature */
  alter: (claims: Claims) => Claims = (claims) => claims;
  /** signs ID tokens instead of the published key */
  foreignKey: KeyObject | undefined;

  private readonly memory = new Memory();
  private key = makeKey();
  private keyId = 'key-1';
  private provider!: Provider;

  private constructor(
    private readonly server: Server,
    private readonly options: OpenIdServerOptions,
  ) {
    this.people = new Map(Object.entries(options.people));
  }

  static async start(options: OpenIdServerOptions): Promise<OpenIdServer> {
    const server = createServer().listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const openId = new OpenIdServer(server, options);
    openId.provider = openId.makeProvider();
    const answer = openId.provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      request.url?.startsWith('/interaction/')
        ? void openId.interact(request, response)
        : void answer(request, response),
    );
    return openId;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  endpoint(name: 'token' | 'introspection' | 'revocation' | 'userinfo' | 'jwks' | 'authorization'): string {
    return this.provider.urlFor(name);
  }

  /** Acts as the browser of this person: follows the redirect, signs in and consents. @returns URL of the client */
  signIn(authorizationUrl: string, subject: string): Promise<URL> {
    return this.followRedirects(authorizationUrl, { subject });
  }

  /** Acts as the browser of a person that declines. @returns URL of the client */
  refuse(authorizationUrl: string): Promise<URL> {
    return this.followRedirects(authorizationUrl, {});
  }

  /** Signs with a new key from now on; the old one is no longer published. */
  replaceKey(): void {
    this.key = makeKey();
    this.keyId = `key-${Number(this.keyId.slice(4)) + 1}`;
  }

  /** Revokes every token and consent. */
  forgetGrants(): void {
    this.memory.forgetGrants();
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private makeProvider(): Provider {
    const { clients, scopes = [], refreshTokens = 'offline_access', accessTokenSeconds = 3600 } = this.options;
    const provider = new Provider(this.issuer, {
      adapter: (model: string) => this.memory.adapter(model),
      clients: clients.map(({ id, secret, redirectUris }) => ({
        client_id: id,
        client_secret: secret,
        redirect_uris: redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      })),
      jwks: { keys: [this.published(this.key)] },
      cookies: { keys: ['signs the cookies of a provider in tests'] },
      scopes: ['openid', 'offline_access', ...scopes],
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username', 'roles', 'groups', 'realm_access'],
      },
      conformIdTokenClaims: this.options.claimsIn === 'userinfo',
      findAccount: (_, subject) =>
        this.people.has(subject)
          ? { accountId: subject, claims: () => ({ sub: subject, ...this.people.get(subject) }) }
          : undefined,
      extraTokenClaims: (_, token) => {
        const email = 'accountId' in token && this.people.get(token.accountId)?.email;
        return typeof email === 'string' ? { email } : {};
      },
      features: {
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: () => true },
        revocation: { enabled: true, allowedPolicy: () => true },
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      issueRefreshToken: (_, client, code) =>
        client.grantTypeAllowed('refresh_token') && (refreshTokens === 'always' || code.scopes.has('offline_access')),
      rotateRefreshToken: true,
      expiresWithSession: () => false,
      clientBasedCORS: () => false,
      ttl: {
        AccessToken: accessTokenSeconds,
        IdToken: 3600,
        Grant: 86_400,
        Interaction: 600,
        Session: 3600,
        RefreshToken: 86_400,
      },
      renderError: (context, out) => void (context.body = out),
    });
    provider.use(async (context, next) => {
      await next();
      if (context.path === new URL(provider.urlFor('jwks')).pathname)
        context.body = { keys: [this.published(createPublicKey(this.key))] };
      if (context.path !== new URL(provider.urlFor('token')).pathname) return;
      this.tokenRequests.push(String(context.oidc?.params?.grant_type));
      const body = context.body as { id_token?: string; access_token?: string; refresh_token?: string } | undefined;
      if (body?.id_token) body.id_token = this.signedAnew(body.id_token);
      for (const token of [body?.access_token, body?.refresh_token]) if (token !== undefined) this.issued.push(token);
    });
    return provider;
  }

  private signedAnew(idToken: string): string {
    const [, claims = ''] = idToken.split('.');
    const altered = this.alter(JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims);
    const signed = signedToken(altered, this.foreignKey ?? this.key, this.keyId);
    this.issued.push(signed);
    return signed;
  }

  private published(key: KeyObject): object {
    return { ...key.export({ format: 'jwk' }), kid: this.keyId, use: 'sig', alg: 'RS256' };
  }

  /** The login page: a button for each person, and one to decline. */
  private async interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      const buttons = [...this.people.keys()].map((each) => `<button name="subject" value="${each}">${each}</button>`);
      response.setHeader('Content-Type', 'text/html');
      response.end(`<form method="post">${buttons.join('')}<button>No</button></form>`);
      return;
    }
    const subject = new URLSearchParams(await text(request)).get('subject');
    await this.provider.interactionFinished(
      request,
      response,
      subject === null
        ? { error: 'access_denied', error_description: 'the person declined' }
        : { login: { accountId: subject }, consent: { grantId: await this.consent(request, response, subject) } },
    );
  }

  private async consent(request: IncomingMessage, response: ServerResponse, accountId: string): Promise<string> {
    const { params } = await this.provider.interactionDetails(request, response);
    const grant = new this.provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return grant.save();
  }

  private async followRedirects(from: string, answer: Record<string, string>): Promise<URL> {
    const cookies = new Map<string, string>();
    let url = new URL(from);
    while (url.origin === this.issuer) {
      const headers = { Cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
      const asks = url.pathname.startsWith('/interaction/');
      const page = await fetch(url, {
        redirect: 'manual',
        headers,
        ...(asks && { method: 'POST', body: new URLSearchParams(answer) }),
      });
      for (const cookie of page.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const next = page.headers.get('location');
      if (next === null) throw new Error(`no redirect from the provider: ${page.status} ${await page.text()}`);
      url = new URL(next, url);
    }
    return url;
  }
}

/** An ID token, signed with RS256. */
export function signedToken(claims: Claims, key: KeyObject, kid: string): string {
  const signed = [{ alg: 'RS256', typ: 'JWT', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
}

export const makeKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
