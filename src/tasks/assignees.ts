import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { Refused } from '../platform/domain.js';

/** Checks assignees: active users with access to the account of the task. */
@Injectable()
export class Assignees {
  constructor(private readonly access: Access) {}

  /** @throws Refused 409 */
  async require(userId: string, accountId: string): Promise<void> {
    const person = await this.access.person(userId);
    if (person?.role === 'administrator' || (person?.role === 'user' && person.accounts.has(accountId))) return;
    throw new Refused(
      'assignee-may-not-use-the-account',
      'conflict',
      'This user has no access to the account of the task. Assign the task to a user with access.',
    );
  }
}
