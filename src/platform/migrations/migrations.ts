import { LIMIT_COUNTS } from './002-limit-counts.sql.js';
import { TRASH_CLOCK } from './003-trash-clock.sql.js';
import { FOLDER_LOOKS } from './004-folder-looks.sql.js';
import { SENDING_LIMITS } from './005-sending-limits.sql.js';
import { INSTANCES } from './006-instances.sql.js';
import { PRESENCE } from './007-presence.sql.js';
import { UPLOADS } from './008-uploads.sql.js';
import { DRAFTS } from './009-drafts.sql.js';
import { WRITTEN_WORDS } from './010-written-words.sql.js';
import { TABLES_BEFORE_MIGRATIONS } from './001-tables-before-migrations.sql.js';

/** A change of the platform's tables. All its statements run in one transaction. */
export interface Migration {
  name: string;
  sql: string;
}

/**
 * All migrations in the order of their numbers: the first one has number 1. To change a table, write the statements
 * into a new file with the next number and add it at the end; never change a migration that is on the list. Processes
 * of the release before may still run, so tables and columns that they use stay.
 */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'tables-before-migrations', sql: TABLES_BEFORE_MIGRATIONS },
  { name: 'limit-counts', sql: LIMIT_COUNTS },
  { name: 'trash-clock', sql: TRASH_CLOCK },
  { name: 'folder-looks', sql: FOLDER_LOOKS },
  { name: 'sending-limits', sql: SENDING_LIMITS },
  { name: 'instances', sql: INSTANCES },
  { name: 'presence', sql: PRESENCE },
  { name: 'uploads', sql: UPLOADS },
  { name: 'drafts', sql: DRAFTS },
  { name: 'written-words', sql: WRITTEN_WORDS },
];
