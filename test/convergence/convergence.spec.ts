import { converges } from './converges.js';

converges([1, 4, 6, 11], 120_000);
