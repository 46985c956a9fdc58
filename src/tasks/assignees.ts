import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { Refused } from '../platform/domain.js';

/** Who can be given a task: active people who may use its account. */
@Injectable()
export class Assignees {
  constructor(private readonly access: Access) {}

  /** @throws Refused 409 */
  async require(userId: string, accountId: string): Promise<void> {
    const person = await this.access.person(userId);
    if (person?.role === 'administrator' || (person?.role === 'user' && person.accounts.has(accountId))) return;
    throw new Refused('assignee-may-not-use-the-account', 'conflict', 'a task is for somebody who may use its account');
  }
}
