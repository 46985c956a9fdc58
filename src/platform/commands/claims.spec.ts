import { MemoryLog } from '../../../test/any-commands/memory-log.js';
import type { Decider, Fact } from '../domain.js';
import { type Claimable, Claims, type Holding } from './claims.js';
import { bySystem, Decide } from './decide.js';

type SeatFact = Fact<'SeatTaken', { by: string }> | Fact<'SeatLeft', { by: string }>;

const seatHolder: Decider<Holding, SeatFact> = {
  initial: { heldBy: null },
  evolve: (_, { type, data }) => ({ heldBy: type === 'SeatTaken' ? data.by : null }),
};
const origin = bySystem('spec', 'request');

let log: MemoryLog;
let claims: Claims;
let confirmOrVoid: Claimable<SeatFact>['confirmOrVoid'];

const seat: Claimable<SeatFact> = {
  stream: 'seat-1',
  decider: seatHolder,
  assigned: (by, from) => [
    ...(from === null ? [] : [{ type: 'SeatLeft' as const, data: { by: from } }]),
    { type: 'SeatTaken', data: { by } },
  ],
  released: (by) => ({ type: 'SeatLeft', data: { by } }),
  confirmOrVoid: (holder) => confirmOrVoid(holder),
};
const facts = () => log.of('seat-1').map(({ type, data }) => `${type} ${(data as { by: string }).by}`);

beforeEach(() => {
  log = new MemoryLog();
  claims = new Claims(new Decide(log.asLog()));
  confirmOrVoid = () => Promise.reject(new Error('there is no other holder'));
});

describe('a claim', () => {
  it('on a free thing succeeds', async () => {
    expect(await claims.claim(seat, 'anna', origin)).toBeNull();
    expect(facts()).toEqual(['SeatTaken anna']);
  });

  it('returns a holder that has the thing on record, and writes nothing', async () => {
    await claims.claim(seat, 'anna', origin);
    confirmOrVoid = (holder) => Promise.resolve(holder === 'anna');
    expect(await claims.claim(seat, 'ben', origin)).toBe('anna');
    expect(facts()).toEqual(['SeatTaken anna']);
  });

  it('takes the thing from a holder with a void claim', async () => {
    await claims.claim(seat, 'anna', origin);
    confirmOrVoid = () => Promise.resolve(false);
    expect(await claims.claim(seat, 'ben', origin)).toBeNull();
    expect(facts()).toEqual(['SeatTaken anna', 'SeatLeft anna', 'SeatTaken ben']);
  });

  it('is refused when another claim succeeded at the same moment', async () => {
    await claims.claim(seat, 'anna', origin);
    confirmOrVoid = async () => {
      confirmOrVoid = () => Promise.resolve(false);
      await claims.claim(seat, 'cleo', origin);
      return false;
    };
    await expect(claims.claim(seat, 'ben', origin)).rejects.toMatchObject({
      reason: 'changed-meanwhile',
      kind: 'conflict',
    });
    expect(facts().at(-1)).toBe('SeatTaken cleo');
  });
});

describe('a release', () => {
  it('frees the thing', async () => {
    await claims.claim(seat, 'anna', origin);
    await claims.release(seat, 'anna', await claims.heldSince(seat), origin);
    expect(facts()).toEqual(['SeatTaken anna', 'SeatLeft anna']);
  });

  it('does nothing after a newer claim of the same holder', async () => {
    await claims.claim(seat, 'anna', origin);
    const heldSince = await claims.heldSince(seat);
    await claims.claim(seat, 'anna', origin);
    await claims.release(seat, 'anna', heldSince, origin);
    expect(facts()).toEqual(['SeatTaken anna', 'SeatTaken anna']);
  });

  it('does nothing for a thing of another holder', async () => {
    await claims.claim(seat, 'anna', origin);
    await claims.release(seat, 'ben', await claims.heldSince(seat), origin);
    expect(facts()).toEqual(['SeatTaken anna']);
  });
});
