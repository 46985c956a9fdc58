import { followStandInThroughCuts } from '../event-store/cut-connections.js';

const ROUNDS = 10 * Number(process.env.CRASH_ROUNDS ?? 20);

it(`a follower of EventStoreDB gets every fact once and in order through ${ROUNDS} rounds of cut connections`, async () => {
  for (let round = 0; round < ROUNDS; round++)
    expect(await followStandInThroughCuts(Math.random)).toEqual(Array.from({ length: 30 }, (_, n) => n));
}, 1_800_000);
