import { ConfigProblem, readConfig } from './config.js';

const read = (servers: string): readonly string[] => readConfig({ MAIL_DNS_SERVERS: servers }).mailDnsServers;

describe('MAIL_DNS_SERVERS', () => {
  it.each([
    ['', []],
    ['192.0.2.53', ['192.0.2.53']],
    ['2001:db8::53, [2001:db8::53]:5353,192.0.2.53:53', ['2001:db8::53', '[2001:db8::53]:5353', '192.0.2.53:53']],
  ])('reads %j', (text, servers) => {
    expect(read(text)).toEqual(servers);
  });

  it.each([
    'nonsense',
    'ns.example.org',
    '192.0.2.53:0',
    '192.0.2.53:70000',
    '192.0.2.53:x',
    '192.0.2.53,',
    '[192.0.2.53',
    '1.2.3',
  ])('does not start with %j', (text) => {
    expect(() => read(text)).toThrow(ConfigProblem);
  });
});

describe('TRUSTED_PROXIES', () => {
  it.each([
    ['', []],
    ['10.1.2.3, 10.0.0.0/8,2001:db8::/32,::1', ['10.1.2.3', '10.0.0.0/8', '2001:db8::/32', '::1']],
  ])('reads %j', (text, proxies) => {
    expect(readConfig({ TRUSTED_PROXIES: text }).trustedProxies).toEqual(proxies);
  });

  it.each(['loopback', 'proxy.example', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.1,', '10.0.0'])(
    'does not start with %j',
    (text) => expect(() => readConfig({ TRUSTED_PROXIES: text })).toThrow(ConfigProblem),
  );
});

describe('a sign-in provider', () => {
  const known = { GOOGLE_CLIENT_ID: 'mailroom', GOOGLE_CLIENT_SECRET: 'secret' };

  it('is configured by a client id and a secret', () => {
    expect(readConfig({}).mailSignIn).toEqual({});
    expect(readConfig({ ...known, GOOGLE_MAIL_HOSTS: ' IMAP.firma.example, ' }).mailSignIn).toEqual({
      google: {
        id: 'mailroom',
        secret: 'secret',
        issuer: 'https://accounts.google.com',
        mailHosts: ['imap.firma.example'],
      },
    });
    const tenant = 'https://login.microsoftonline.com/firma.example/v2.0';
    const microsoft = { MICROSOFT_CLIENT_ID: 'a', MICROSOFT_CLIENT_SECRET: 'b', MICROSOFT_ISSUER: tenant };
    expect(readConfig(microsoft).mailSignIn.microsoft).toMatchObject({ issuer: tenant });
  });

  it.each([
    { GOOGLE_CLIENT_ID: 'mailroom' },
    { GOOGLE_CLIENT_SECRET: 'canary' },
    { ...known, GOOGLE_ISSUER: 'accounts.google.com' },
    { ...known, GOOGLE_ISSUER: 'ftp://accounts.google.com' },
  ])('refuses invalid values: %j', (env) => {
    expect(() => readConfig(env)).toThrow(ConfigProblem);
    expect(() => readConfig(env)).not.toThrow(/canary/);
  });
});

describe('OIDC_*', () => {
  const whole = {
    OIDC_ISSUER: 'https://login.example.org/realms/acme',
    OIDC_CLIENT_ID: 'mailroom',
    OIDC_CLIENT_SECRET: 'secret of the client',
    OIDC_ROLE_CLAIM: 'realm_access.roles',
    OIDC_ROLES: 'mail-admins=administrator, a=b = user',
    PUBLIC_URL: 'https://mail.example.org',
  };

  it('is a provider, with the roles of its claim values in their order', () => {
    const { openId } = readConfig(whole);
    expect(openId).toMatchObject({ issuer: whole.OIDC_ISSUER, roleClaim: ['realm_access', 'roles'] });
    expect([...openId!.roles]).toEqual([
      ['mail-admins', 'administrator'],
      ['a=b', 'user'],
    ]);
    expect(readConfig({ PUBLIC_URL: whole.PUBLIC_URL }).openId).toBeUndefined();
    expect(readConfig({ ...whole, OIDC_ISSUER: 'http://127.0.0.1:8080' }).openId?.issuer).toBe('http://127.0.0.1:8080');
  });

  it.each(Object.keys(whole))('does not start without %s', (name) => {
    expect(() => readConfig({ ...whole, [name]: '' })).toThrow(new RegExp(`^${name} must be set, because \\w+ is$`));
  });

  it.each([
    ['OIDC_ISSUER', 'http://login.example.org'],
    ['OIDC_ISSUER', 'login.example.org'],
    ['OIDC_ROLE_CLAIM', 'realm_access.'],
    ['OIDC_ROLES', 'staff'],
    ['OIDC_ROLES', 'staff=boss'],
    ['OIDC_ROLES', '=user'],
    ['OIDC_ROLES', 'staff=user,'],
    ['OIDC_ROLES', 'staff=user,staff=auditor'],
  ])('does not start with %s %j', (name, value) => {
    expect(() => readConfig({ ...whole, [name]: value })).toThrow(new RegExp(`^${name} `));
  });
});
