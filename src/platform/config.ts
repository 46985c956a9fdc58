import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { Role } from './domain.js';

type RoleName = 'api' | 'projections' | 'sagas' | 'mail';
const ROLES: readonly RoleName[] = ['api', 'projections', 'sagas', 'mail'];
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

export interface Config {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: string | undefined;
  eventstoreUrl: string | undefined;
  masterKey: string | undefined;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  roles: ReadonlySet<RoleName>;
  publicUrl: string | undefined;
  /** addresses and networks (CIDR) of trusted proxies: their X-Forwarded-For and X-Forwarded-Proto count */
  trustedProxies: readonly string[];
  allowPrivateMailHosts: boolean;
  /** false: mail is fetched only when a person asks for it */
  watchMail: boolean;
  /** periods of the watch in ms, shorter ones for tests; no environment variable sets them */
  watchTimes?: { check?: number; list?: number; poll?: number; look?: number };
  /** name servers for mail hosts, `address` or `address:port`; empty: those of the system */
  mailDnsServers: readonly string[];
  /** replaces the internet in tests; no environment variable sets it */
  mailWorld?: { ports: Readonly<Record<string, number>>; ca?: string; patience?: number };
  /** providers where people sign in to their mailboxes, if this service is registered there as a client */
  mailSignIn: { readonly [P in 'google' | 'microsoft']?: SignInClient };
  /** provider where people sign in to this service; passwords work as well */
  openId: OpenIdConfig | undefined;
  /** folder of the built page */
  pageDir: string;
  logLevel: string;
}

/** Place of the page beside the compiled sources. */
const PAGE = join(import.meta.dirname, '../../page');

/** The company's OpenID provider. */
export interface OpenIdConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** path of the roles within the claims, outermost name first */
  roleClaim: readonly string[];
  /** role for each value of that claim; if a person has several values, the first entry counts */
  roles: ReadonlyMap<string, Role>;
}

const OPENID_NEEDS = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ROLE_CLAIM',
  'OIDC_ROLES',
  'PUBLIC_URL',
] as const;
const PERSON_ROLES: readonly Role[] = ['administrator', 'user', 'auditor'];

/** This service as a registered client of a provider. */
export interface SignInClient {
  id: string;
  secret: string;
  issuer: string;
  /** mail servers that may receive the provider's tokens, besides its own servers */
  mailHosts: readonly string[];
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const ISSUERS = {
  google: 'https://accounts.google.com',
  microsoft: 'https://login.microsoftonline.com/common/v2.0',
} as const;

/** An invalid environment variable. The message is one line with its name and the reason, and without secret values. */
export class ConfigProblem extends Error {}

/** @throws ConfigProblem for the first invalid variable */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const text = (name: string): string | undefined =>
    env[name] === undefined || env[name] === '' ? undefined : env[name];
  const wrong = (name: string, reason: string): never => {
    throw new ConfigProblem(`${name} ${reason}`);
  };
  const url = (name: string, ...protocols: string[]): string | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol.slice(0, -1)))
      return wrong(
        name,
        `must be a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
      );
    return value;
  };
  /** Not a URL of WHATWG: it may name several hosts. The client reads it. */
  const eventstoreUrl = (): string | undefined => {
    const value = text('EVENTSTORE_URL');
    if (value !== undefined && !/^(esdb|kurrentdb)(\+discover)?:\/\/[^\s/?]/.test(value))
      wrong('EVENTSTORE_URL', 'must begin with esdb:// or kurrentdb:// and name hosts, like esdb://host:2113?tls=true');
    return value;
  };
  const yesNo = (name: string, usual: 'true' | 'false' = 'false'): boolean => {
    const value = text(name) ?? usual;
    return value === 'true' ? true : value === 'false' ? false : wrong(name, `must be true or false, not "${value}"`);
  };

  const listed = (name: string, is: (each: string) => boolean, expected: string): string[] => {
    const all =
      text(name)
        ?.split(',')
        .map((each) => each.trim()) ?? [];
    for (const each of all) if (!is(each)) wrong(name, `must list ${expected}; not "${each}"`);
    return all;
  };

  const signInClient = (provider: keyof typeof ISSUERS): SignInClient | undefined => {
    const [idName, secretName, issuerName, hostsName] = ['CLIENT_ID', 'CLIENT_SECRET', 'ISSUER', 'MAIL_HOSTS'].map(
      (name) => `${provider.toUpperCase()}_${name}`,
    ) as [string, string, string, string];
    const [id, secret] = [text(idName), text(secretName)];
    const issuer = url(issuerName, 'https', 'http') ?? ISSUERS[provider];
    const mailHosts = (text(hostsName) ?? '').split(',').map((host) => host.trim().toLowerCase());
    if (id !== undefined && secret === undefined) wrong(secretName, `must be set, because ${idName} is`);
    if (id === undefined && secret !== undefined) wrong(idName, `must be set, because ${secretName} is`);
    return id === undefined || secret === undefined
      ? undefined
      : { id, secret, issuer, mailHosts: mailHosts.filter(Boolean) };
  };

  const rolesOf = (name: string): ReadonlyMap<string, Role> => {
    const roles = new Map<string, Role>();
    for (const pair of text(name)!.split(',')) {
      const [, value = '', role = ''] = /^\s*(.*\S)\s*=\s*(\w+)\s*$/.exec(pair) ?? [];
      if (!PERSON_ROLES.includes(role as Role))
        wrong(name, `must list value=role, with the roles ${PERSON_ROLES.join(', ')}; not "${pair.trim()}"`);
      if (roles.has(value)) wrong(name, `names "${value}" twice`);
      roles.set(value, role as Role);
    }
    return roles;
  };

  const openId = (): OpenIdConfig | undefined => {
    const given = OPENID_NEEDS.filter((name) => text(name) !== undefined);
    if (!given.some((name) => name.startsWith('OIDC_'))) return undefined;
    for (const name of OPENID_NEEDS) if (!given.includes(name)) wrong(name, `must be set, because ${given[0]} is`);
    const issuer = url('OIDC_ISSUER', 'https', 'http')!;
    if (!issuer.startsWith('https:') && !LOOPBACK.has(new URL(issuer).hostname))
      wrong('OIDC_ISSUER', 'must begin with https://, unless the provider is on this machine');
    const roleClaim = text('OIDC_ROLE_CLAIM')!.split('.');
    if (roleClaim.includes(''))
      wrong('OIDC_ROLE_CLAIM', 'must be the name of a claim, or a path such as realm_access.roles');
    return {
      issuer,
      clientId: text('OIDC_CLIENT_ID')!,
      clientSecret: text('OIDC_CLIENT_SECRET')!,
      roleClaim,
      roles: rolesOf('OIDC_ROLES'),
    };
  };

  const port = Number(text('PORT') ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    wrong('PORT', `must be a port number, not "${text('PORT')}"`);
  const roles = (text('ROLES') ?? ROLES.join(',')).split(',').map((role) => role.trim());
  for (const role of roles)
    if (!ROLES.includes(role as RoleName)) wrong('ROLES', `must list ${ROLES.join(', ')}; not "${role}"`);
  const logLevel = text('LOG_LEVEL') ?? 'info';
  if (!LEVELS.includes(logLevel)) wrong('LOG_LEVEL', `must be one of ${LEVELS.join(', ')}, not "${logLevel}"`);
  const adminPassword = text('ADMIN_PASSWORD');
  if (adminPassword !== undefined && adminPassword.length < 10)
    wrong('ADMIN_PASSWORD', 'must have at least 10 characters');
  const adminEmail = text('ADMIN_EMAIL');
  if (adminEmail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(adminEmail)) wrong('ADMIN_EMAIL', 'must be an address');
  if (text('BLOB_URL') !== undefined)
    wrong('BLOB_URL', 'is not supported yet: remove it; messages are stored in DATA_DIR/blobs');

  return {
    port,
    host: text('HOST') ?? '127.0.0.1',
    dataDir: resolve(text('DATA_DIR') ?? './data'),
    databaseUrl: url('DATABASE_URL', 'postgres', 'postgresql'),
    eventstoreUrl: eventstoreUrl(),
    masterKey: text('MASTER_KEY'),
    adminEmail,
    adminPassword,
    roles: new Set(roles as RoleName[]),
    publicUrl: url('PUBLIC_URL', 'http', 'https'),
    trustedProxies: listed('TRUSTED_PROXIES', isProxy, 'IP addresses and networks such as 10.0.0.0/8'),
    allowPrivateMailHosts: yesNo('ALLOW_PRIVATE_MAIL_HOSTS'),
    watchMail: yesNo('WATCH_MAIL', 'true'),
    mailDnsServers: listed('MAIL_DNS_SERVERS', isNameServer, 'IP addresses, each with or without :port'),
    mailSignIn: { google: signInClient('google'), microsoft: signInClient('microsoft') },
    openId: openId(),
    pageDir: resolve(text('PAGE_DIR') ?? PAGE),
    logLevel,
  };
}

function isNameServer(text: string): boolean {
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]*)\]|([^\]:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? text;
  return isIP(address) !== 0 && Number(port) > 0 && Number(port) <= 65535;
}

/** A prefix of 0 bits is refused: it would let every client choose its own address. */
function isProxy(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] > 0;
}
