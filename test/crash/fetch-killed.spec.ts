import { FETCH_KILL_POINTS } from './kill-points.js';
import { killedAt } from './killed-at.js';

killedAt(FETCH_KILL_POINTS);
