import { MailServerFailure } from '../mail/servers/servers.js';
import { Refused } from '../platform/domain.js';
import type { Settings } from './account.events.js';

const FOLDERS = ['sentFolder', 'draftsFolder'] as const;
type Folders = Partial<Pick<Settings, (typeof FOLDERS)[number]>>;

/**
 * Folders that are named, and were not before, have to be on the server.
 * @param pathsOnServer is asked only when some are
 * @throws Refused 422 when one is not there, or the server does not tell
 */
export async function requireFolders(
  named: Folders,
  before: Folders,
  pathsOnServer: () => Promise<string[]>,
): Promise<void> {
  const wanted = FOLDERS.filter((name) => (named[name] ?? null) !== null && named[name] !== before[name]);
  if (wanted.length === 0) return;
  const paths = await pathsOnServer().catch((error: unknown) => {
    if (!(error instanceof MailServerFailure)) throw error;
    const detail = `whether the folder is there cannot be asked: ${error.detail}`;
    throw new Refused(error.reason, 'unprocessable', detail, { server: error.server });
  });
  const missing = wanted.filter((name) => !paths.includes(named[name]!));
  if (missing.length === 0) return;
  throw new Refused('folder-not-found', 'unprocessable', 'the server has no such folder', {
    errors: missing.map((field) => ({ field, message: 'is not on the server' })),
  });
}
