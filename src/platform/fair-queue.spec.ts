import { FairQueue } from './fair-queue.js';

/** A queue with tasks that run until the test ends them. */
function watched(slots: number) {
  const queue = new FairQueue(slots);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string): Promise<string> =>
    queue.run(name[0]!, () => {
      started.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { run, started, end };
}

describe('a fair queue', () => {
  it('starts as many tasks as it has slots, and the others in turn by lane', async () => {
    const { run, started, end } = watched(2);
    const all = ['a1', 'b1', 'a2', 'a3', 'b2', 'c1'].map(run);
    expect(started).toEqual(['a1', 'b1']);
    for (const name of ['a1', 'b1', 'a2', 'b2', 'c1', 'a3']) await end(name);
    expect(started).toEqual(['a1', 'b1', 'a2', 'b2', 'c1', 'a3']);
    expect(await Promise.all(all)).toEqual(['a1', 'b1', 'a2', 'a3', 'b2', 'c1']);
  });

  it('keeps a slot for the other lanes', async () => {
    const { run, started, end } = watched(3);
    void ['a1', 'a2', 'a3'].map(run);
    expect(started).toEqual(['a1', 'a2']);
    void run('b1');
    expect(started).toEqual(['a1', 'a2', 'b1']);
    await end('a1');
    expect(started.at(-1)).toBe('a3');
  });

  it('runs the tasks of a lane with a single slot', async () => {
    const { run, started, end } = watched(1);
    void ['a1', 'a2'].map(run);
    await end('a1');
    expect(started).toEqual(['a1', 'a2']);
  });

  it('goes on after a failed task', async () => {
    const queue = new FairQueue(1);
    await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('a', () => Promise.resolve('done'))).toBe('done');
  });
});
