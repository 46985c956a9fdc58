import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountEvent } from './account.events.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { Refused } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import { defineProjection, table } from '../platform/read-models/projection.js';
import { normalAddress } from '../mail/reading/normal-address.js';
import { domainOf, isFreeMail } from '../mail/reading/sender.js';

interface OwnAddressRow {
  account_id: string;
  address: string;
  /** null for free mail: other people use the same domain */
  domain: string | null;
}

const VERSION = 4;

const rows = table<OwnAddressRow>('own_addresses', VERSION, {
  columns: {
    account_id: { type: 'text', primary: true },
    address: { type: 'text' },
    domain: { type: 'text', nullable: true },
  },
  indices: [{ columns: ['address'] }, { columns: ['domain'] }],
});

function ownAddress(as: string): Pick<OwnAddressRow, 'address' | 'domain'> {
  const address = normalAddress(as);
  return { address, domain: isFreeMail(address) ? null : domainOf(address) };
}

/** Addresses and domains of the organisation's own accounts: their senders never become contacts. */
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

  /** Resolves when all processes know the addresses as of `position`. @throws Refused 503 after 5 seconds */
  async know(position: Position): Promise<void> {
    if (!(await this.checkpoints.waitFor([ownAddresses.id], position, WAIT_MS)))
      throw new Refused(
        'read-model-behind',
        'unavailable',
        'The change is recorded, but not in force everywhere yet. Reload in a few seconds.',
      );
  }

  /** True when an account has exactly this address. */
  async isAccount(address: string): Promise<boolean> {
    const found = await this.database.query<unknown[]>(`select 1 from ${rows.name} where address = $1 limit 1`, [
      normalAddress(address),
    ]);
    return found.length > 0;
  }

  /** Address in its one spelling and domain of each account; domain null for free mail. */
  all(): Promise<{ address: string; domain: string | null }[]> {
    return this.database.query(`select address, domain from ${rows.name}`);
  }

  /** Those of the addresses that belong to accounts, in lower case. */
  async among(addresses: readonly string[]): Promise<Set<string>> {
    const found = await this.database.query<{ address: string }[]>(
      `select address from ${rows.name} where address = any($1)`,
      [addresses.map(normalAddress)],
    );
    const own = new Set(found.map(({ address }) => address));
    return new Set(addresses.filter((each) => own.has(normalAddress(each))).map((each) => each.toLowerCase()));
  }

  /** True when the address, or its domain, belongs to an account. */
  async has(address: string): Promise<boolean> {
    const found = await this.database.query<unknown[]>(
      `select 1 from ${rows.name} where address = $1 or domain = $2 limit 1`,
      [normalAddress(address), domainOf(address)],
    );
    return found.length > 0;
  }
}
