/** Tables of the platform that an export holds. A spec compares both lists with the tables of a new database. */
export const MOVED_TABLES = [
  'master_key_check',
  'data_keys',
  'blobs',
  'retired_blobs',
  'pack_sweeps',
  'missing_blobs',
  'vault',
  'vault_versions',
  'vault_closed',
  'sessions',
  'token_hashes',
  'last_use',
  'used_sign_ins',
  'idempotent_answers',
  'attempt_counts',
  'limit_counts',
  'sent_counts',
  'sending_paces',
  'uploads',
  'drafts',
  'draft_copies',
  'written_words',
] as const;

/**
 * Tables that an export leaves out: facts and checkpoints travel by themselves, a log keeps its identity, leases
 * belong to processes, and migrations to the database. The clock of the trash counts positions: it begins anew. So
 * do looks at folders, at the cost of one comparison. Instances are data folders of this machine.
 * Presence lasts 30 seconds.
 */
export const LEFT_TABLES = [
  'facts',
  'log_identity',
  'checkpoints',
  'leases',
  'imported_log',
  'applied_migrations',
  'trash_clock',
  'folder_looks',
  'instances',
  'unseen_sends',
  'presence',
] as const;
