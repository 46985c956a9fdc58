import { StreamQueue } from './stream-queue.js';

/** Work that ends when the spec calls `end`. */
function work(): { begun: Promise<void>; run: () => Promise<void>; end: () => void } {
  let end!: () => void;
  let begin!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return { begun, end, run: () => (begin(), ended) };
}

it('runs work on a stream one at a time, in the order of calls, also after a failure', async () => {
  const queue = new StreamQueue(60_000);
  const order: string[] = [];
  const first = work();
  const all = [
    queue.run('stream', first.run).then(() => order.push('first')),
    queue.run('stream', () => Promise.reject(new Error('no'))).catch(() => order.push('second')),
    queue.run('stream', async () => order.push('third')),
  ];
  await queue.run('another', async () => order.push('another'));
  expect(order).toEqual(['another']);
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['another', 'first', 'second', 'third']);
});

it('does not wait longer than its limit for stuck work', async () => {
  const queue = new StreamQueue(1);
  const stuck = work();
  const running = queue.run('stream', stuck.run);
  expect(await queue.run('stream', async () => 'next')).toBe('next');
  stuck.end();
  await running;
});
