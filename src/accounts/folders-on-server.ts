import { MailServerFailure } from '../mail/servers/servers.js';
import { Refused } from '../platform/domain.js';
import type { Settings } from './account.events.js';

const FOLDERS = ['sentFolder', 'draftsFolder'] as const;
type Folders = Partial<Pick<Settings, (typeof FOLDERS)[number]>>;

/**
 * Requires that newly named folders exist on the server.
 * @param pathsOnServer called only when there are such folders
 * @throws Refused 422 when a folder is not found, or the server cannot be asked
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
    const detail = `The server could not be asked for the folder. ${error.detail}`;
    throw new Refused(error.reason, 'unprocessable', detail, { server: error.server });
  });
  const missing = wanted.filter((name) => !paths.includes(named[name]!));
  if (missing.length === 0) return;
  throw new Refused(
    'folder-not-found',
    'unprocessable',
    'The server has no such folder. Choose one of its folders, or create the folder first.',
    {
      errors: missing.map((field) => ({ field, message: 'is not on the server' })),
    },
  );
}
