/** Steps that production publishes (`src/platform/steps.ts`): between two writes that no transaction joins, and around transactions. */
export const KILL_POINTS = [
  'account.address-claimed',
  'account.password-kept',
  'account.recorded',
  'password.kept',
  'password.recorded',
  'removal.recorded',
  'removal.secrets-erased',
  'decide.before-append',
  'decide.after-append',
  'log.group-appended',
  'fetch.started',
  'fetch.leased',
  'fetch.logged-in',
  'fetch.folders-seen',
  'fetch.compared',
  'blob.written',
  'intake.blobs-written',
  'intake.keys-made',
  'blob.synced',
  'blob.renamed',
  'blob.placed',
  'intake.blobs-kept',
  'intake.recorded',
  'fetch.before-cursor',
  'fetch.after-cursor',
  'fetch.finished',
  'follower.lock-taken',
  'follower.handled',
  'follower.moved',
  'projection.before-commit',
  'projection.after-commit',
  'saga.before-command',
  'saga.after-command',
  'saga.before-checkpoint',
  'saga.after-checkpoint',
  'company.created',
  'contact.address-assigned',
  'contact.created',
  'task.created',
] as const;

/** Steps of an erasure. */
export const ERASURE_KILL_POINTS = [
  'erasure.started',
  'erasure.keys-destroyed',
  'erasure.blobs-removed',
  'erasure.said',
  'erasure.done',
] as const;

/** Steps of an account's change to another address. */
export const MOVE_KILL_POINTS = ['move.address-claimed', 'move.recorded'] as const;

/** Steps of a sign-in to a mailbox at its provider, and of a token's renewal. */
export const SIGN_IN_KILL_POINTS = [
  'sign-in.exchanged',
  'sign-in.kept',
  'sign-in.recorded',
  'sign-in.password-erased',
] as const;
export const RENEWAL_KILL_POINTS = ['renewal.answered', 'renewal.kept', 'run-out.erased'] as const;

export type KillPoint =
  | (typeof KILL_POINTS)[number]
  | (typeof ERASURE_KILL_POINTS)[number]
  | (typeof MOVE_KILL_POINTS)[number]
  | (typeof SIGN_IN_KILL_POINTS)[number]
  | (typeof RENEWAL_KILL_POINTS)[number];
