import { converges } from './converges.js';

converges([1, 4, 11], 120_000);
