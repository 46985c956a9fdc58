/** Where a crash tells most: between two steps that are not one transaction, and around those that are. */
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

/** Passed only while a person is erased. */
export const ERASURE_KILL_POINTS = [
  'erasure.started',
  'erasure.keys-destroyed',
  'erasure.blobs-removed',
  'erasure.said',
  'erasure.done',
] as const;

/** Passed only while an account moves to another address. */
export const MOVE_KILL_POINTS = ['move.address-claimed', 'move.recorded'] as const;

/** Passed only while somebody signs in to a mailbox at its provider, or a token is renewed. */
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

/**
 * Named places at which the crash tests kill the process with SIGKILL: `MAILROOM_KILL_AT=<name>#<n>` at the n-th passing.
 * Honoured under NODE_ENV=test only; otherwise a call costs a comparison.
 */
const [killAt, count = '1'] = process.env.NODE_ENV === 'test' ? (process.env.MAILROOM_KILL_AT ?? '').split('#') : [''];
let left = Number(count);

export function reached(point: KillPoint): void {
  if (point === killAt && --left <= 0) process.kill(process.pid, 'SIGKILL');
}
