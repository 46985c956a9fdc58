/** Address of the list of accounts; `add` opens the dialog for a new account. */
export interface AccountsSearch {
  add?: true;
}

export const accountsSearch = ({ add }: Record<string, unknown>): AccountsSearch => (add === true ? { add } : {});
