import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dovecot } from '../test/dovecot.js';

const run = promisify(execFile);

export const hasMbsync = (): Promise<boolean> =>
  run('mbsync', ['--version']).then(
    () => true,
    () => false,
  );

/** Copies the INBOX into an empty Maildir with the default of one fsync per message. @returns seconds */
export async function mbsync(server: Dovecot, user: string, dir: string): Promise<number> {
  const place = await mkdtemp(join(dir, 'mbsync-'));
  await mkdir(join(place, 'mail'));
  const config = join(place, 'mbsyncrc');
  await writeFile(
    config,
    `IMAPAccount bench
Host ${server.host}
Port ${server.imapPort}
User ${user}
Pass ${server.users[user]}
SSLType None
AuthMechs LOGIN

IMAPStore server
Account bench

MaildirStore copy
Path ${place}/mail/
Inbox ${place}/mail/INBOX

Channel bench
Far :server:
Near :copy:
Create Near
Sync Pull
SyncState *
`,
    { mode: 0o600 },
  );
  const begun = performance.now();
  await run('mbsync', ['--quiet', '--config', config, 'bench']);
  const seconds = (performance.now() - begun) / 1000;
  await rm(place, { recursive: true });
  return seconds;
}
