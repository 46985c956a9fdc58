export interface OutboxSearch {
  /** id of an account; absent: all accounts */
  account?: string;
}

/** Reads the address of the screen; invalid parts are left out. */
export const outboxSearch = ({ account }: Record<string, unknown>): OutboxSearch =>
  (typeof account === 'string' || typeof account === 'number') && account !== '' ? { account: String(account) } : {};
