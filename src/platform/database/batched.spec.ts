import { batched } from './batched.js';

function asking(refused?: string) {
  const statements: string[][] = [];
  const ask = batched((keys) => {
    statements.push([...keys]);
    return refused !== undefined && keys.includes(refused)
      ? Promise.reject(new Error(`not ${refused}`))
      : Promise.resolve(new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()])));
  });
  return { statements, ask };
}

it('asks once for all that ask in one turn, and gives each what it asked for', async () => {
  const { statements, ask } = asking();
  const answers = await Promise.all([ask(['b']), ask(['a', 'b']), ask(['nobody']), ask([])]);
  expect(statements).toEqual([['a', 'b', 'nobody']]);
  expect(answers).toEqual([
    new Map([['b', 'B']]),
    new Map([
      ['a', 'A'],
      ['b', 'B'],
    ]),
    new Map(),
    new Map(),
  ]);
});

it('asks anew for who comes later', async () => {
  const { statements, ask } = asking();
  await ask(['a']);
  await ask(['a']);
  expect(statements).toEqual([['a'], ['a']]);
});

it('lets nobody pay for what another asked', async () => {
  const { statements, ask } = asking('evil');
  const [good, bad] = await Promise.allSettled([ask(['a']), ask(['evil'])]);
  expect(good).toEqual({ status: 'fulfilled', value: new Map([['a', 'A']]) });
  expect(bad).toEqual({ status: 'rejected', reason: new Error('not evil') });
  expect(statements).toEqual([['a', 'evil'], ['a'], ['evil']]);
  await expect(ask(['evil'])).rejects.toThrow('not evil');
});
