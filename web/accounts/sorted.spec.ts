import type { ShortAccount } from '../shared/account-queries.js';
import { sorted } from './sorted.js';

const account = (address: string, rest: Partial<ShortAccount> = {}): ShortAccount =>
  ({ address, name: '', users: [], unread: 0, ...rest }) as ShortAccount;
const three = [
  account('b@x.example', { unread: 10, users: [{ id: '1', name: 'Żaneta Nowak', email: null }] }),
  account('a@x.example', { unread: 9 }),
  account('c@x.example', { unread: 10 }),
];
const addresses = (accounts: ShortAccount[]): string => accounts.map(({ address }) => address[0]).join('');

describe('the list of accounts', () => {
  it('is sorted by numbers, equal ones by address', () => {
    expect(addresses(sorted(three, '', { by: 'unread', down: false }))).toBe('abc');
    expect(addresses(sorted(three, '', { by: 'unread', down: true }))).toBe('bca');
  });

  it('finds accounts by the words of their people', () => {
    expect(addresses(sorted(three, 'nowak ŻAN', { by: 'address', down: false }))).toBe('b');
    expect(sorted(three, 'nobody', { by: 'address', down: false })).toEqual([]);
  });
});
