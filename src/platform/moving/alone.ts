import type { Locks } from '../database/locks.js';
import { MoveProblem } from './export-folder.js';

/**
 * Takes the locks that every service needs: of the data folder and of each follower. They end with `locks`.
 * @throws MoveProblem while a service runs on this database
 */
export async function standAlone(locks: Locks, followers: readonly string[]): Promise<void> {
  for (const name of ['service', ...followers.map((follower) => `follower ${follower}`)])
    if (!(await locks.tryAcquire(name)))
      throw new MoveProblem('a Mailroom is running on this database. Stop all its processes, then try again.');
}
