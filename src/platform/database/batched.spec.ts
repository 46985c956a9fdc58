import { batched } from './batched.js';

function countedAsk(refused?: string) {
  const statements: string[][] = [];
  const ask = batched((keys) => {
    statements.push([...keys]);
    return refused !== undefined && keys.includes(refused)
      ? Promise.reject(new Error(`not ${refused}`))
      : Promise.resolve(new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()])));
  });
  return { statements, ask };
}

it('asks once for all calls of one turn, and answers each call with its own keys', async () => {
  const { statements, ask } = countedAsk();
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

it('asks again for a later call', async () => {
  const { statements, ask } = countedAsk();
  await ask(['a']);
  await ask(['a']);
  expect(statements).toEqual([['a'], ['a']]);
});

it('fails only the call with the refused key', async () => {
  const { statements, ask } = countedAsk('evil');
  const [good, bad] = await Promise.allSettled([ask(['a']), ask(['evil'])]);
  expect(good).toEqual({ status: 'fulfilled', value: new Map([['a', 'A']]) });
  expect(bad).toEqual({ status: 'rejected', reason: new Error('not evil') });
  expect(statements).toEqual([['a', 'evil'], ['a'], ['evil']]);
  await expect(ask(['evil'])).rejects.toThrow('not evil');
});
