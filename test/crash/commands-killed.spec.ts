import { COMMAND_KILL_POINTS } from './kill-points.js';
import { killedAt } from './killed-at.js';

killedAt(COMMAND_KILL_POINTS);
