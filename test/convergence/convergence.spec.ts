import { Converging } from './converging.js';

const SEEDS = [1, 5, 11, 25];

describe('two sides that change one mailbox', () => {
  let converging: Converging;

  beforeAll(async () => {
    converging = await Converging.open(SEEDS);
  });
  afterAll(() => converging?.close());

  it.each(SEEDS.map((seed) => ({ seed })))('are equal at rest: seed $seed', ({ seed }) => converging.run(seed));
});
