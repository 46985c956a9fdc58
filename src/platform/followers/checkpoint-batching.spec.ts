import { type LettersUnderTest, openLetters, until } from '../../../test/letters.js';
import { Checkpoints } from './checkpoints.js';
import { START, toPosition } from '../log/event-store.js';
import { CheckpointBatching } from './checkpoint-batching.js';

const NAMES = ['accounts', 'contacts', 'tasks'];
let letters: LettersUnderTest;
let checkpoints: Checkpoints;
let batching: CheckpointBatching;
let moveAll: Checkpoints['moveAll'];
let written: number;

beforeEach(async () => {
  letters = await openLetters();
  checkpoints = new Checkpoints(letters.pool, await letters.store.identity());
  moveAll = (advances) => checkpoints.moveAll(advances);
  written = 0;
  batching = new CheckpointBatching((advances) => {
    written++;
    return moveAll(advances);
  });
  for (const name of NAMES) batching.standsAt(name, await checkpoints.begin(name));
});
afterEach(async () => {
  await Promise.all(NAMES.map((name) => batching.left(name)));
  await letters.close();
});

const stored = async (): Promise<string[]> => (await checkpoints.list()).map(({ position }) => position);

describe('checkpoint advances past facts of other types', () => {
  it('are written together, each up to its last position', async () => {
    for (const [n, name] of NAMES.entries())
      for (const step of [1, 2]) expect(batching.pass(name, toPosition(10 * step + n), false)).toBe(true);
    await until(async () => (await stored()).every((position) => position !== START));
    expect(await stored()).toEqual([20, 21, 22].map(toPosition));
    expect(written).toBe(1);
  });

  it('record the time at the head, also without a new position', async () => {
    batching.pass('tasks', START, true);
    await until(async () => (await checkpoints.list()).find(({ name }) => name === 'tasks')!.atHead !== null);
    expect((await checkpoints.list()).map(({ atHead }) => atHead !== null)).toEqual([false, false, true]);
  });

  it('pause while a follower advances its checkpoint itself', async () => {
    batching.pass('tasks', toPosition(5), false);
    await until(async () => (await stored())[2] === toPosition(5));
    batching.pass('tasks', toPosition(6), false);
    const from = (await batching.settled('tasks'))!;
    expect(await checkpoints.move(letters.pool, 'tasks', from, toPosition(9), false)).toBe(true);
    batching.standsAt('tasks', toPosition(9));
    batching.pass('tasks', toPosition(10), false);
    await until(async () => (await stored())[2] === toPosition(10));
  });

  it('stop for a follower after another process advanced its checkpoint, and for no other follower', async () => {
    await checkpoints.move(letters.pool, 'tasks', START, toPosition(3), false);
    for (const name of NAMES) batching.pass(name, toPosition(4), false);
    await until(async () => (await stored())[0] === toPosition(4));
    expect(await Promise.all(NAMES.map((name) => batching.settled(name)))).toEqual([
      toPosition(4),
      toPosition(4),
      undefined,
    ]);
    expect(batching.pass('tasks', toPosition(5), false)).toBe(false);
    expect(await stored()).toEqual([4, 4, 3].map(toPosition));
  });

  it('throw the error of a failed write to each of their followers', async () => {
    const failure = new Error('the database is away');
    moveAll = () => Promise.reject(failure);
    for (const name of NAMES) batching.pass(name, toPosition(4), false);
    await until(() => written > 0);
    await expect(batching.settled('tasks')).rejects.toBe(failure);
    expect(() => batching.pass('contacts', toPosition(5), false)).toThrow(failure);
    expect(await stored()).toEqual([START, START, START]);
  });

  it('are written in time although the clock on the wall is set back', async () => {
    batching.pass('tasks', toPosition(1), false);
    await until(async () => (await stored())[2] === toPosition(1));
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    batching.pass('tasks', toPosition(2), false);
    await until(async () => (await stored())[2] === toPosition(2)).finally(() => clock.mockRestore());
  });
});
