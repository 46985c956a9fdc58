import { INTAKE_KILL_POINTS } from './kill-points.js';
import { killedAt } from './killed-at.js';

killedAt(INTAKE_KILL_POINTS);
