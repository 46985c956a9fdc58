import { generateKeyPairSync } from 'node:crypto';
import { NameServer, type Zone } from '../../../test/name-server.js';
import { MailDns } from '../servers/mail-dns.js';
import { Deliverability, NameServersFailed } from './deliverability.js';

const HOST = 'smtp.hoster.example';
const HOST_ADDRESS = '93.184.216.34';
let server: NameServer;

beforeAll(async () => {
  server = await NameServer.start();
  server.know(HOST, { a: [HOST_ADDRESS], aaaa: ['2606:2800:220:1::25'] });
});
afterAll(() => server.stop());

const judged = (domain: string, zones: Record<string, Zone> = {}, host = HOST) => {
  for (const [name, zone] of Object.entries(zones)) server.know(name, zone);
  const all = new Deliverability(() => new MailDns([server.address], 10), 60_000);
  return all.judge(`kim@${domain}`, host);
};

let domains = 0;
async function spf(record: string | string[], zones: Record<string, Zone> = {}, host = HOST) {
  const domain = `spf-${++domains}.example`;
  const answer = await judged(domain, { [domain]: { txt: [record].flat() }, ...zones }, host);
  return answer.spf;
}

describe('the SPF record', () => {
  it.each([
    ['an address', `v=spf1 ip4:${HOST_ADDRESS} -all`],
    ['a network', 'v=spf1 ip4:93.184.216.0/24 ~all'],
    ['an IPv6 network', 'v=spf1 ip6:2606:2800:220::/48 -all'],
    ['a host', `v=spf1 a:${HOST} -all`],
    ['a host with networks', 'v=spf1 a:near.example/24//64 -all'],
    ['the mail exchangers', 'v=spf1 mx:exchanged.example -all'],
    ['an included record', 'v=spf1 include:first.example -all'],
    ['a redirection', 'v=spf1 redirect=second.example'],
    ['a name made by macros', 'v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all'],
    ['any case', `V=SPF1 IP4:${HOST_ADDRESS} -ALL`],
    ['an unknown modifier', `v=spf1 ip4:${HOST_ADDRESS} exp=why.example -all`],
    ['a provider', 'v=spf1 include:_spf.hoster.example -all'],
  ])('allows the outgoing server by %s', async (_, record) => {
    const zones = {
      'near.example': { a: ['93.184.216.99'] },
      'exchanged.example': { mx: ['mx1.exchanged.example'] },
      'mx1.exchanged.example': { a: [HOST_ADDRESS] },
      'first.example': { txt: ['v=spf1 include:second.example ?all'] },
      'second.example': { txt: [`v=spf1 ip4:${HOST_ADDRESS} ~all`] },
      '_spf.hoster.example': { txt: ['v=spf1 ip4:198.51.100.0/24 ~all'] },
      [`34.216.184.93.in-addr._spf.spf-${domains + 1}.example`]: { a: ['127.0.0.2'] },
    };
    expect(await spf(record, zones)).toMatchObject({ state: 'ok', record });
  });

  it('names a known provider under another domain than that of its server', async () => {
    const zones = {
      '_spf.google.com': { txt: ['v=spf1 ip4:198.51.100.0/24 ~all'] },
      'spf.protection.outlook.com': { txt: ['v=spf1 ip4:203.0.113.0/24 -all'] },
    };
    const google = await spf('v=spf1 include:_spf.google.com ~all', zones, 'smtp.gmail.com');
    const microsoft = await spf('v=spf1 include:spf.protection.outlook.com -all', zones, 'smtp.office365.com');
    expect([google.state, microsoft.state]).toEqual(['ok', 'ok']);
  });

  it.each([
    ['names other servers', 'v=spf1 ip4:198.51.100.7 -all', 'neither the outgoing server'],
    ['refuses the server before a later part allows it', `v=spf1 -a:${HOST} ip4:${HOST_ADDRESS} -all`, 'neither'],
    ['allows everybody', 'v=spf1 +all', 'every forger'],
    ['has a malformed part', 'v=spf1 ip4:300.1.2.3 -all', 'ip4:300.1.2.3'],
    ['has an unknown part', 'v=spf1 ipv4:192.0.2.1 -all', 'ipv4:192.0.2.1'],
    ['has a malformed macro', 'v=spf1 exists:%{q}.example -all', '%{q}.example'],
    ['includes a name without a record', 'v=spf1 include:void.example -all', 'void.example has no SPF record'],
    ['includes itself', 'v=spf1 include:loop.example -all', 'more than 10 lookups'],
    ['needs eleven lookups', `v=spf1 ${'a:near.example '.repeat(11)}ip4:${HOST_ADDRESS} -all`, 'more than 10'],
  ])('is wrong if it %s', async (_, record, sentence) => {
    const answer = await spf(record, { 'loop.example': { txt: ['v=spf1 include:loop.example -all'] } });
    expect(answer).toMatchObject({ state: 'wrong', record, sentence: expect.stringContaining(sentence) });
  });

  it('may need ten lookups', async () => {
    const record = `v=spf1 ${'a:near.example '.repeat(10)}ip4:${HOST_ADDRESS} -all`;
    expect(await spf(record)).toMatchObject({ state: 'ok' });
  });

  it('is missing among other texts', async () => {
    expect(await spf(['v=spf10 -all', 'google-site-verification=1'])).toMatchObject({ state: 'missing', record: null });
  });

  it('is wrong if there are two', async () => {
    const two = [`v=spf1 ip4:${HOST_ADDRESS} -all`, 'v=spf1 mx -all'];
    expect(await spf(two)).toMatchObject({ state: 'wrong', record: null, sentence: expect.stringContaining('2 SPF') });
  });

  it('says that it ends without refusing others', async () => {
    const { state, sentence } = await spf(`v=spf1 ip4:${HOST_ADDRESS}`);
    expect([state, sentence]).toEqual(['ok', expect.stringContaining('refuses no other server')]);
  });

  it('is not blamed for an outgoing server with a private address', async () => {
    server.know('relay.intranet.example', { a: ['10.0.0.25'] });
    expect(await spf('v=spf1 mx -all', {}, 'relay.intranet.example')).toMatchObject({ state: 'ok' });
  });
});

const rsa = (modulusLength: number, type: 'spki' | 'pkcs1' = 'spki'): string =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'der', type }).toString('base64');

describe('the DKIM key', () => {
  const dkim = async (txt: string[], selector = 'selector1') => {
    const domain = `dkim-${++domains}.example`;
    return (await judged(domain, { [`${selector}._domainkey.${domain}`]: { txt } })).dkim;
  };

  it.each([
    ['of RSA', `v=DKIM1; k=rsa; p=${rsa(2048)}`],
    ['without its version', `p=${rsa(1024)};`],
    ['without its algorithm', `v=DKIM1; p=${rsa(1024, 'pkcs1')}`],
    ['of Ed25519', `v=DKIM1; k=ed25519; p=${Buffer.alloc(32, 7).toString('base64')}`],
  ])('%s is found under a usual name', async (_, record) => {
    expect(await dkim([record])).toMatchObject({ state: 'ok', record, sentence: expect.stringContaining('selector1') });
  });

  it.each([
    ['is revoked', 'v=DKIM1; p=', 'revoked'],
    ['is short', `v=DKIM1; p=${rsa(512)}`, '512'],
    ['was cut', `v=DKIM1; p=${rsa(1024).slice(0, 60)}`, 'cut'],
    ['is no key for mail', `v=DKIM1; s=tlsrpt; p=${rsa(1024)}`, 'not meant for mail'],
    ['is malformed', 'v=DKIM1; p=; p=', 'malformed'],
  ])('is wrong if it %s', async (_, record, sentence) => {
    expect(await dkim([record])).toMatchObject({ state: 'wrong', sentence: expect.stringContaining(sentence) });
  });

  it('is missing where only other texts answer under every name', async () => {
    expect(await dkim(['v=spf1 -all'])).toMatchObject({ state: 'missing', record: null });
  });
});

describe('the DMARC policy', () => {
  const dmarc = async (txt: string[], at = 'organisation') => {
    const domain = `mail.dmarc-${++domains}.example`;
    const name = at === 'organisation' ? `dmarc-${domains}.example` : domain;
    return (await judged(domain, { [`_dmarc.${name}`]: { txt } })).dmarc;
  };

  it.each([
    ['of the domain', 'v=DMARC1; p=reject', 'domain', 'policy reject'],
    ['of the organisation', 'v=DMARC1; p=quarantine; rua=mailto:a@b.example', 'organisation', 'policy quarantine'],
    ['for subdomains', 'v=DMARC1; p=reject; sp=none', 'organisation', 'policy none'],
  ])('%s counts', async (_, record, at, sentence) => {
    expect(await dmarc([record], at)).toMatchObject({
      state: 'ok',
      record,
      sentence: expect.stringContaining(sentence),
    });
  });

  it.each([
    ['has no policy', ['v=DMARC1; rua=mailto:a@b.example']],
    ['has an unknown policy', ['v=DMARC1; p=refuse']],
    ['is malformed', ['v=DMARC1; p reject']],
    ['is one of two', ['v=DMARC1; p=none', 'v=DMARC1; p=reject']],
  ])('is wrong if the record %s', async (_, txt) => {
    expect(await dmarc(txt)).toMatchObject({ state: 'wrong' });
  });

  it('is missing without a record', async () => {
    expect(await dmarc(['v=spf1 -all'])).toMatchObject({ state: 'missing', record: null });
  });
});

it('judges the A-label of an international domain', async () => {
  const answer = await judged('bücher.example', { 'xn--bcher-kva.example': { txt: ['v=spf1 +all'] } });
  expect(answer).toMatchObject({ domain: 'xn--bcher-kva.example', spf: { state: 'wrong' } });
});

it('ends in time while name servers are silent', async () => {
  server.isSilentAbout = (name) => name.endsWith('silent.example');
  const silent = new Deliverability(() => new MailDns([server.address], 10), 200);
  await expect(silent.judge('kim@silent.example', HOST)).rejects.toThrow(NameServersFailed);
});
