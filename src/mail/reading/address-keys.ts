import type { MasterKey } from '../../platform/secrets/master-key.js';
import { earlierSpellings, normalAddress } from './normal-address.js';

type Naming = Pick<MasterKey, 'nameFor'>;

const named = (master: Naming, spelling: string): string => master.nameFor('address', spelling);

/** HMAC of an address: equal for all its spellings. */
export const addressKey = (master: Naming, address: string): string => named(master, normalAddress(address));

/** Keys that earlier releases gave to other spellings of the address. */
export const earlierKeys = (master: Naming, address: string): string[] =>
  earlierSpellings(address).map((spelling) => named(master, spelling));
