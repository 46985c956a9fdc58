import { converges } from '../convergence/converges.js';

// SEEDS=1 FIRST_SEED=<seed> repeats one of them.
const FIRST = Number(process.env.FIRST_SEED ?? 1);

converges(
  Array.from({ length: Number(process.env.SEEDS ?? 200) }, (_, n) => FIRST + n),
  120_000,
);
