import { Converging } from '../convergence/converging.js';

const FIRST = Number(process.env.FIRST_SEED ?? 1);
const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 200) }, (_, n) => FIRST + n);

describe('two sides that change one mailbox', () => {
  let converging: Converging;

  beforeAll(async () => {
    converging = await Converging.open(SEEDS);
  });
  afterAll(() => converging?.close());

  it.each(SEEDS.map((seed) => ({ seed })))(
    'are equal at rest: seed $seed (FIRST_SEED=$seed SEEDS=1 repeats it)',
    ({ seed }) => converging.run(seed),
    120_000,
  );
});
