import { HostNotAllowed, HostUnknown, type Lookup, OutboundGuard } from './outbound-guard.js';

const answering =
  (...addresses: string[]): Lookup =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address })));
const guard = (lookup: Lookup, allowPrivate = false) => new OutboundGuard({ allowPrivate, lookup });
const never: Lookup = (host) => Promise.reject(new Error(`asked for ${host}`));

const refusedAddresses = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '0:0:0:0:0:ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1::',
  '2001:2::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];

const refusedSpellings = [
  '',
  '0',
  '127.1',
  '127.0.1',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '127.0.0.01',
  '0x7f.1',
  '0x7f000001',
  '0X7F.0.0.1',
  '1.2.3.4.5',
  '256.256.256.256',
  '127.0.0.1.',
  'mail.example.org.',
  '[::1]',
  '[2606:4700::1111]',
  'fe80::1%eth0',
  'mail.example.org:993',
  'user@mail.example.org',
  'user:pass@mail.example.org',
  'mail.example.org/path',
  'imap://mail.example.org',
  'mail.example.org?x',
  'mail.example.org#x',
  'mail example.org',
  ' mail.example.org',
  'mail.example.org\n',
  'mail.example.org\r\nA LOGOUT',
  'mail\u0000.example.org',
  'mail..example.org',
  '.mail.example.org',
  '-mail.example.org',
  'mail-.example.org',
  '１２７.0.0.1',
  'ⓔxample.org',
  'mail。example.org',
  '127%2e0.0.1',
  `${'a'.repeat(64)}.org`,
  `${'a.'.repeat(130)}org`,
];

describe('the outbound guard', () => {
  it.each(refusedAddresses)('refuses the address %s, given or resolved', async (address) => {
    await expect(guard(never).resolve(address)).rejects.toThrow(HostNotAllowed);
    await expect(guard(answering(address)).resolve('mail.example.org')).rejects.toThrow(HostNotAllowed);
  });

  it.each(refusedSpellings)(
    'refuses the spelling %j without asking a resolver, private addresses allowed or not',
    async (host) => {
      await expect(guard(never).resolve(host)).rejects.toThrow(HostNotAllowed);
      await expect(guard(never, true).resolve(host)).rejects.toThrow(HostNotAllowed);
    },
  );

  it.each(['93.184.215.14', '172.32.0.1', '2606:4700:4700::1111', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'])(
    'allows the public address %s',
    async (address) => {
      expect(await guard(never).resolve(address)).toEqual([address]);
    },
  );

  it('returns every address of a name, IPv4 first and each once', async () => {
    const lookup = answering('2606:4700::1', '93.184.215.14', '93.184.215.14', '2606:4700::2');
    expect(await guard(lookup).resolve('mail_1.xn--bcher-kva.example')).toEqual([
      '93.184.215.14',
      '2606:4700::1',
      '2606:4700::2',
    ]);
  });

  it('refuses a name with one private address', async () => {
    await expect(guard(answering('93.184.215.14', '10.0.0.1')).resolve('mail.example.org')).rejects.toThrow(/private/);
  });

  it('refuses localhost by its resolved addresses', async () => {
    await expect(guard(answering('127.0.0.1', '::1')).resolve('localhost')).rejects.toThrow(/loopback/);
  });

  it('looks a rebinding name up once and returns the checked address', async () => {
    const answers = ['93.184.215.14', '127.0.0.1'];
    const rebinding: Lookup = () => Promise.resolve([{ address: answers.shift() ?? '127.0.0.1' }]);
    const guarded = guard(rebinding);
    expect(await guarded.resolve('rebind.example.org')).toEqual(['93.184.215.14']);
    expect(answers).toEqual(['127.0.0.1']);
    await expect(guarded.resolve('rebind.example.org')).rejects.toThrow(HostNotAllowed);
  });

  it('throws HostUnknown for a name without an address, and keeps the cause', async () => {
    await expect(guard(answering()).resolve('mail.example.org')).rejects.toThrow(HostUnknown);
    await expect(guard(never).resolve('mail.example.org')).rejects.toMatchObject({
      cause: { message: 'asked for mail.example.org' },
    });
  });

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '100.64.0.1', '::1', 'fd00::1', '::ffff:127.0.0.1'])(
    'allows %s when private addresses are allowed',
    async (address) => {
      expect(await guard(never, true).resolve(address)).toEqual([address]);
    },
  );

  it.each([
    '0.0.0.0',
    '169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::ffff:169.254.169.254',
  ])('refuses %s also when private addresses are allowed', async (address) => {
    await expect(guard(never, true).resolve(address)).rejects.toThrow(HostNotAllowed);
  });
});
