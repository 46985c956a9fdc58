import { addressesIn } from './addresses.js';

const read = (field: string): string[] => addressesIn(field).map(({ name, address }) => `${name}|${address}`);

describe('the addresses in a field', () => {
  it.each([
    ['names and addresses', 'Anna <a@x>, "Ben, B." <b@x>', ['Anna|a@x', 'Ben, B.|b@x']],
    ['groups', 'team: a@x, Ben <b@x>;, c@x', ['|a@x', 'Ben|b@x', '|c@x']],
    ['the group of hidden recipients', 'undisclosed-recipients:;', []],
    ['hidden recipients with the name of a server', '<Undisclosed-Recipient:;@mail.x>', []],
    ['hidden recipients as an address', '<Undisclosed Recipients@mail.x>, Anna <a@x>', ['Anna|a@x']],
    ['a name with empty brackets', 'Brokers<>', ['Brokers|']],
    ['a mailbox of the own machine', 'root (Cron Daemon)', ['Cron Daemon|root']],
    ['a comma that is missing behind brackets', 'Anna <a@x> Ben B <b@x>', ['Anna|a@x', 'Ben B|b@x']],
    ['commas that are missing in a row', 'a@x b@x\tc@x', ['|a@x', '|b@x', '|c@x']],
    ['a colon between two addresses', '"Anna" <a@x>:<b@x>', ['Anna|a@x', '|b@x']],
    ['an address within a name', '"Anna <a@x> by" <list@x>, "Z" <z@x>', ['Anna <a@x> by|list@x', 'Z|z@x']],
    ['a name before its address, without brackets', 'Anna a@x', ['Anna|a@x']],
    ['links', 'Anna <a@x<mailto:a@x>>, <mailto:b@x>', ['Anna|a@x', '|b@x']],
  ])('are %s', (_, field, addresses) => {
    expect(read(field)).toEqual(addresses);
  });

  it.each(['<a@x> ', '<@@@@', '> "', ' a@x', '<a@x>:"'])('take less than a second of many %j', (piece) => {
    const before = process.cpuUsage();
    addressesIn(piece.repeat(128 * 1024));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});
