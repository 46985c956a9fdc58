import { administrator, user } from '../../test/examples/callers.js';
import { Openings } from './openings.js';

it('reads four messages of a person side by side, and those of others beside them', async () => {
  const openings = new Openings();
  const begun: string[] = [];
  const end = Promise.withResolvers<void>();
  const open = (name: string) => async () => {
    begun.push(name);
    await end.promise;
    return name;
  };
  const mine = Array.from({ length: 6 }, (_, n) => openings.inTurn(user('ben'), open(`ben ${n}`)));
  const others = openings.inTurn(administrator(), open('ada'));
  await new Promise(setImmediate);
  expect(begun.sort()).toEqual(['ada', 'ben 0', 'ben 1', 'ben 2', 'ben 3']);
  end.resolve();
  expect(await Promise.all([...mine, others])).toEqual(['ben 0', 'ben 1', 'ben 2', 'ben 3', 'ben 4', 'ben 5', 'ada']);
});

it('refuses further ones while 200 wait, and takes them afterwards, also after a failure', async () => {
  const openings = new Openings();
  const end = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 204 }, () => openings.inTurn(user('ben'), () => end.promise));
  const refused = { kind: 'too-many', reason: 'too-many-openings', extra: { retryAfter: 2 } };
  await expect(openings.inTurn(user('ben'), () => end.promise)).rejects.toMatchObject(refused);
  end.reject(new Error('unreadable'));
  for (const each of waiting) await expect(each).rejects.toThrow('unreadable');
  expect(await openings.inTurn(user('ben'), () => Promise.resolve('read'))).toBe('read');
});
