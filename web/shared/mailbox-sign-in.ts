/** Address that leads to the provider of a mailbox, and back to the screen of its account. @param url `signInUrl` */
export const signInFor = (url: string, accountId: string): string =>
  `${url}&returnTo=${encodeURIComponent(`/accounts/${accountId}`)}`;
