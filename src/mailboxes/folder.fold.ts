import type { Decider } from '../platform/domain.js';
import type { FolderEvent, FolderRole } from './mailbox.events.js';

export type FolderState =
  { status: 'absent' } | { status: 'found'; accountId: string; role: FolderRole; fetched: boolean };

export const folder: Decider<FolderState, FolderEvent> = {
  initial: { status: 'absent' },
  evolve(_, fact) {
    switch (fact.type) {
      case 'FolderFound':
        return { status: 'found', accountId: fact.data.accountId, role: fact.data.role, fetched: fact.data.fetched };
      case 'FolderRoleChanged':
        return { status: 'found', accountId: fact.data.accountId, role: fact.data.to, fetched: fact.data.fetched };
      default:
        return fact satisfies never;
    }
  },
};
