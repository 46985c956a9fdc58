import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountEvent } from './account.events.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { defineProjection, table } from '../platform/read-models/projection.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';

interface OwnAddressRow {
  account_id: string;
  address: string;
  /** null for free mail: its other users are strangers */
  domain: string | null;
}

const VERSION = 2;

const rows = table<OwnAddressRow>('own_addresses', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    address: { type: 'text' },
    domain: { type: 'text', nullable: true },
  },
  indices: [{ columns: ['address'] }, { columns: ['domain'] }],
});

function ownAddress(as: string): Pick<OwnAddressRow, 'address' | 'domain'> {
  const address = as.toLowerCase();
  return { address, domain: isFreeMail(address) ? null : domainOf(address) };
}

/** The organisation's own accounts and domains: nobody there becomes a contact. */
export const ownAddresses = defineProjection<AccountEvent, { own: OwnAddressRow }>({
  name: 'own-addresses',
  version: VERSION,
  tables: { own: rows },
  on: {
    AccountAdded: ({ own }, { data }) => own.put({ account_id: data.accountId, ...ownAddress(data.settings.address) }),
    AddressChanged: ({ own }, { data }) => own.update({ account_id: data.accountId }, ownAddress(data.to)),
    AccountRemoved: ({ own }, { data }) => own.remove({ account_id: data.accountId }),
  },
});

const WAIT_MS = 5000;

@Injectable()
export class OwnAddresses {
  constructor(
    private readonly database: DataSource,
    private readonly checkpoints: Checkpoints,
  ) {}

  /** Answers once every process decides by what was written at `position`. @throws Refused 503 when that takes too long */
  async know(position: Position): Promise<void> {
    if (!(await this.checkpoints.waitFor([ownAddresses.id], position, WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', 'it is recorded, but not in force everywhere yet');
  }

  /** Whether an account has just this address. */
  async isAccount(address: string): Promise<boolean> {
    const found = await this.database.query<unknown[]>(`select 1 from ${rows.name} where address = $1 limit 1`, [
      address.toLowerCase(),
    ]);
    return found.length > 0;
  }

  /** Of every account: addresses in lower case, domains but those of free mail. */
  all(): Promise<{ address: string; domain: string | null }[]> {
    return this.database.query(`select address, domain from ${rows.name}`);
  }

  async has(address: string): Promise<boolean> {
    const found = await this.database.query<unknown[]>(
      `select 1 from ${rows.name} where address = $1 or domain = $2 limit 1`,
      [address.toLowerCase(), domainOf(address)],
    );
    return found.length > 0;
  }
}
