import { describe, expect, it } from '@jest/globals';
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
