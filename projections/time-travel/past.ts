import { Injectable } from '@nestjs/common';
import { type AccountEvent, accountStream } from '../../src/accounts/account.events.js';
import { type ConnectionEvent, connectionStream } from '../../src/accounts/connection/connection.events.js';
import { Refused } from '../../src/platform/domain.js';
import type { Position } from '../../src/platform/log/event-store.js';
import { FactLog, type Recorded } from '../../src/platform/log/fact-log.js';
import { type UserEvent, USERS_STREAM } from '../../src/users/user.events.js';
import {
  type AccountThen,
  accountAfter,
  type PeopleThen,
  type PersonThen,
  statusAfter,
  type StatusThen,
  applyToPeople,
} from './account-then.js';

/** An instant or a revision of the account, inclusive. */
export type Moment = { at: Date } | { revision: number };
/** Time or position of the last fact that counts. */
type Cut = { at: string } | { position: Position };

const LATER = new Date('9999-12-31');
export const NOW: Moment = { at: LATER };

/** The past, folded from the log: streams of configuration are short, and no read model holds every instant. */
@Injectable()
export class Past {
  constructor(private readonly log: FactLog) {}

  /** @throws Refused 404 for an account that is missing or was added later, and for a missing revision */
  async account(accountId: string, moment: Moment): Promise<{ account: AccountThen; cut: Cut }> {
    let account: AccountThen | null = null;
    let last: Recorded | undefined;
    const cut = 'at' in moment ? { at: moment.at.toISOString() } : undefined;
    for await (const fact of this.log.read(accountStream(accountId))) {
      if (cut ? !within(fact, cut) : fact.revision > (moment as { revision: number }).revision) break;
      account = accountAfter(account, fact as Recorded<AccountEvent>);
      last = fact;
    }
    if ('revision' in moment && last && last.revision < moment.revision)
      throw new Refused('revision-not-found', 'not-found', `The account is at revision ${last.revision}.`);
    if (account && last) return { account, cut: cut ?? { position: last.position } };
    const first = await this.first(accountId);
    if (!first) throw new Refused('account-not-found', 'not-found');
    throw new Refused('account-not-there-yet', 'not-found', `The account was added at ${first.metadata.at}.`);
  }

  async people(cut: Cut): Promise<PeopleThen> {
    const people = new Map<string, PersonThen>();
    for await (const fact of this.log.read(USERS_STREAM)) {
      if (!within(fact, cut)) break;
      applyToPeople(people, fact as unknown as UserEvent);
    }
    return people;
  }

  async status(accountId: string, cut: Cut): Promise<StatusThen> {
    let last: ConnectionEvent | undefined;
    for await (const fact of this.log.read(connectionStream(accountId))) {
      if (!within(fact, cut)) break;
      last = fact as unknown as ConnectionEvent;
    }
    return statusAfter(last);
  }

  private async first(accountId: string): Promise<Recorded | undefined> {
    for await (const fact of this.log.read(accountStream(accountId), { limit: 1 }))
      if (fact.type === 'AccountAdded') return fact;
    return undefined;
  }
}

/** By time, readers stop at the first later fact: clocks of processes may differ, and the order of the log decides. */
const within = ({ metadata, position }: Recorded, cut: Cut): boolean =>
  'at' in cut ? metadata.at <= cut.at : position <= cut.position;
