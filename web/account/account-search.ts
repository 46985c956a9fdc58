const TABS = ['settings', 'signature', 'folders', 'autoresponder', 'related', 'history'] as const;

export type Tab = (typeof TABS)[number];

export interface AccountSearch {
  tab?: Tab;
}

export function accountSearch({ tab }: Record<string, unknown>): AccountSearch {
  const known = TABS.find((each) => each === tab);
  return known ? { tab: known } : {};
}
