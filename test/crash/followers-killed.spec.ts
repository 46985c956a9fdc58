import { FOLLOWER_KILL_POINTS } from './kill-points.js';
import { killedAt } from './killed-at.js';

killedAt(FOLLOWER_KILL_POINTS);
