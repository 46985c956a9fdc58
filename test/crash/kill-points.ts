/**
 * Steps of commands. Production publishes each step (`src/platform/steps.ts`) between two writes that share no
 * transaction.
 */
export const COMMAND_KILL_POINTS = [
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
] as const;

/** Steps of a fetch. */
export const FETCH_KILL_POINTS = [
  'fetch.started',
  'fetch.leased',
  'fetch.logged-in',
  'folders.compared',
  'fetch.folders-seen',
  'fetch.compared',
  'fetch.before-cursor',
  'fetch.after-cursor',
  'fetch.finished',
] as const;

/** Steps of the intake of messages. */
export const INTAKE_KILL_POINTS = [
  'blob.written',
  'intake.blobs-written',
  'intake.keys-made',
  'blob.synced',
  'blob.renamed',
  'blob.placed',
  'intake.blobs-kept',
  'intake.recorded',
] as const;

/** Steps of projections and sagas. */
export const FOLLOWER_KILL_POINTS = [
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
  'conversation.joined',
  'contact.address-assigned',
  'contact.created',
  'task.created',
] as const;

/** Steps of giving wishes to the mail server, and of looking for its changes. */
export const IN_STEP_KILL_POINTS = ['wish.given', 'wish.settled', 'look.flags-recorded', 'look.left-recorded'] as const;

/** Steps of commands on folders of the mail server. */
export const FOLDER_KILL_POINTS = [
  'folder.created',
  'folder.renamed',
  'folder.emptied',
  'folder.removed',
  'folder.setting-changed',
] as const;

/** Steps of an erasure. */
export const ERASURE_KILL_POINTS = [
  'erasure.started',
  'erasure.keys-destroyed',
  'erasure.blobs-removed',
  'erasure.said',
  'erasure.passed',
  'erasure.done',
] as const;

/** Steps of the destruction of messages. */
export const DESTROYING_KILL_POINTS = [
  'destroying.kept',
  'destroying.keys-destroyed',
  'destroying.blobs-removed',
  'destroying.recorded',
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

/** Steps of removing blobs, of compacting packs, and of deleting orphaned packs. */
export const SWEEP_KILL_POINTS = [
  'blob.overwritten',
  'compaction.copied',
  'compaction.renamed',
  'compaction.rows-moved',
  'compaction.committed',
  'sweep.marked',
  'orphans.removed',
  'orphans.forgotten',
] as const;

/** Steps of an import. */
export const IMPORT_KILL_POINTS = [
  'import.begun',
  'import.appended',
  'import.inserted',
  'import.tables-filled',
  'import.committed',
  'import.rebuilt',
] as const;

/** Steps of sending a message, from its bytes to its copy in Sent. */
export const SENDING_KILL_POINTS = [
  'queue.kept',
  'send.leased',
  'send.began',
  'send.before-dot',
  'send.dot-recorded',
  'send.replied',
  'send.recorded',
  'copy.before-append',
  'copy.appended',
] as const;

/** Steps of saving, sending and ending a draft. */
export const DRAFT_KILL_POINTS = [
  'draft.stored',
  'draft.recorded',
  'draft.session-recorded',
  'draft.queued',
  'draft.end-recorded',
  'draft.cleared',
] as const;

/** Steps of an automatic reply, beside those of a saga and of sending. */
export const AUTOREPLY_KILL_POINTS = ['autoreply.recorded'] as const;

/** Steps of linking a report to its message, beside those of a saga. */
export const REPORT_KILL_POINTS = ['report.recorded'] as const;

/** Steps of making a message a draft again. */
export const EDIT_KILL_POINTS = ['edit.cancelled', 'edit.stored', 'edit.recorded'] as const;

/** Steps of keeping the copy of a draft on the mail server. */
export const DRAFT_COPY_KILL_POINTS = [
  'draft-copy.before-append',
  'draft-copy.appended',
  'draft-copy.kept',
  'draft-copy.removed',
] as const;

/** Steps of the migrations at a start. */
export const MIGRATION_KILL_POINTS = ['migration.applied'] as const;

export type KillPoint =
  | (typeof COMMAND_KILL_POINTS)[number]
  | (typeof FETCH_KILL_POINTS)[number]
  | (typeof INTAKE_KILL_POINTS)[number]
  | (typeof FOLLOWER_KILL_POINTS)[number]
  | (typeof IN_STEP_KILL_POINTS)[number]
  | (typeof FOLDER_KILL_POINTS)[number]
  | (typeof ERASURE_KILL_POINTS)[number]
  | (typeof DESTROYING_KILL_POINTS)[number]
  | (typeof MOVE_KILL_POINTS)[number]
  | (typeof SIGN_IN_KILL_POINTS)[number]
  | (typeof RENEWAL_KILL_POINTS)[number]
  | (typeof SWEEP_KILL_POINTS)[number]
  | (typeof IMPORT_KILL_POINTS)[number]
  | (typeof SENDING_KILL_POINTS)[number]
  | (typeof DRAFT_KILL_POINTS)[number]
  | (typeof EDIT_KILL_POINTS)[number]
  | (typeof AUTOREPLY_KILL_POINTS)[number]
  | (typeof REPORT_KILL_POINTS)[number]
  | (typeof DRAFT_COPY_KILL_POINTS)[number]
  | (typeof MIGRATION_KILL_POINTS)[number];
