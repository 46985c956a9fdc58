import { StreamQueue } from './stream-queue.js';

/** Some work that ends when it is told to. */
function work(): { begun: Promise<void>; run: () => Promise<void>; end: () => void } {
  let end!: () => void;
  let begin!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return { begun, end, run: () => (begin(), ended) };
}

it('lets one at a time have a thing, in the order in which they came, also after one who failed', async () => {
  const turns = new StreamQueue(60_000);
  const order: string[] = [];
  const first = work();
  const all = [
    turns.run('thing', first.run).then(() => order.push('first')),
    turns.run('thing', () => Promise.reject(new Error('no'))).catch(() => order.push('second')),
    turns.run('thing', async () => order.push('third')),
  ];
  await turns.run('another', async () => order.push('another'));
  expect(order).toEqual(['another']);
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['another', 'first', 'second', 'third']);
});

it('does not wait for ever for one who hangs', async () => {
  const turns = new StreamQueue(1);
  const hanging = work();
  const hung = turns.run('thing', hanging.run);
  expect(await turns.run('thing', async () => 'his turn')).toBe('his turn');
  hanging.end();
  await hung;
});
