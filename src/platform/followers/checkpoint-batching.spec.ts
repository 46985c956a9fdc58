import { type LettersUnderTest, openLetters, until } from '../../../test/letters.js';
import { Checkpoints } from './checkpoints.js';
import { START, toPosition } from '../log/event-store.js';
import { CheckpointBatching } from './checkpoint-batching.js';

const NAMES = ['accounts', 'contacts', 'tasks'];
let letters: LettersUnderTest;
let checkpoints: Checkpoints;
let moves: CheckpointBatching;
let moveAll: Checkpoints['moveAll'];
let written: number;

beforeEach(async () => {
  letters = await openLetters();
  checkpoints = new Checkpoints(letters.pool, await letters.store.identity());
  moveAll = (advances) => checkpoints.moveAll(advances);
  written = 0;
  moves = new CheckpointBatching((advances) => {
    written++;
    return moveAll(advances);
  });
  for (const name of NAMES) moves.standsAt(name, await checkpoints.begin(name));
});
afterEach(async () => {
  await Promise.all(NAMES.map((name) => moves.left(name)));
  await letters.close();
});

const stored = async (): Promise<string[]> => (await checkpoints.list()).map(({ position }) => position);

describe('checkpoints that pass facts of no concern', () => {
  it('are moved together, each as far as it has come', async () => {
    for (const [n, name] of NAMES.entries())
      for (const step of [1, 2]) expect(moves.pass(name, toPosition(10 * step + n), false)).toBe(true);
    await until(async () => (await stored()).every((position) => position !== START));
    expect(await stored()).toEqual([20, 21, 22].map(toPosition));
    expect(written).toBe(1);
  });

  it('say that the head was seen, also when they moved nowhere', async () => {
    moves.pass('tasks', START, true);
    await until(async () => (await checkpoints.list()).find(({ name }) => name === 'tasks')!.atHead !== null);
    expect((await checkpoints.list()).map(({ atHead }) => atHead !== null)).toEqual([false, false, true]);
  });

  it('belong to their follower while it moves them itself', async () => {
    moves.pass('tasks', toPosition(5), false);
    await until(async () => (await stored())[2] === toPosition(5));
    moves.pass('tasks', toPosition(6), false);
    const from = (await moves.settled('tasks'))!;
    expect(await checkpoints.move(letters.pool, 'tasks', from, toPosition(9), false)).toBe(true);
    moves.standsAt('tasks', toPosition(9));
    moves.pass('tasks', toPosition(10), false);
    await until(async () => (await stored())[2] === toPosition(10));
  });

  it('that another process has moved end their follower, and no other', async () => {
    await checkpoints.move(letters.pool, 'tasks', START, toPosition(3), false);
    for (const name of NAMES) moves.pass(name, toPosition(4), false);
    await until(async () => (await stored())[0] === toPosition(4));
    expect(await Promise.all(NAMES.map((name) => moves.settled(name)))).toEqual([
      toPosition(4),
      toPosition(4),
      undefined,
    ]);
    expect(moves.pass('tasks', toPosition(5), false)).toBe(false);
    expect(await stored()).toEqual([4, 4, 3].map(toPosition));
  });

  it('tell each of their followers why they could not be written', async () => {
    const failure = new Error('the database is away');
    moveAll = () => Promise.reject(failure);
    for (const name of NAMES) moves.pass(name, toPosition(4), false);
    await until(() => written > 0);
    await expect(moves.settled('tasks')).rejects.toBe(failure);
    expect(() => moves.pass('contacts', toPosition(5), false)).toThrow(failure);
    expect(await stored()).toEqual([START, START, START]);
  });
});
