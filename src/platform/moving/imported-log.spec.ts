import { START, toPosition } from '../log/event-store.js';
import { ImportedLog } from './imported-log.js';

const at = toPosition;
const log = (oldHead: number, newHead: number, head: number): ImportedLog =>
  new ImportedLog({ oldHead: at(oldHead), newHead: at(newHead) }, () => Promise.resolve(at(head)));
const areOld = (imported: ImportedLog, ...positions: number[]): Promise<boolean[]> =>
  Promise.all(positions.map((position) => imported.isOld(at(position))));

it('knows no old position of a log that was never imported, or kept its positions', async () => {
  expect(await new ImportedLog(undefined, () => Promise.resolve(at(9))).isOld(at(5))).toBe(false);
  expect(await areOld(log(20, 20, 30), 1, 20, 25, 99)).toEqual([false, false, false, false]);
});

it('knows every position of a PostgreSQL log after a move to EventStoreDB', async () => {
  expect(await areOld(log(20, 9000, 9500), 1, 20, 9000, 9300)).toEqual([true, true, false, false]);
});

it('knows positions of EventStoreDB after a move to PostgreSQL, except those that this log has by now', async () => {
  expect(await areOld(log(9000, 20, 25), 15, 22, 300, 9000)).toEqual([true, false, true, true]);
});

it('leaves the start of the log to every log', async () => {
  expect(await log(20, 9000, 9500).isOld(START)).toBe(false);
});
