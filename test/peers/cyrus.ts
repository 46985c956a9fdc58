import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { mailOwner } from '../dovecot-config.js';
import { freePort, listening } from '../ports.js';
import { libraryPath, unpacked } from './debian-packages.js';
import { end, type Peer, spawnHere } from './peer.js';

const PACKAGES = ['cyrus-common', 'cyrus-imapd', 'libpcre3', 'libxapian30', 'libical3', 'sasl2-bin'].concat([
  ...['libsasl2-modules', 'libsasl2-modules-db'],
]);

/** Cyrus IMAP, with folders below `INBOX/` (altnamespace: no), in a folder of its own. */
export async function startCyrus(login: string, password: string): Promise<Peer> {
  const root = await unpacked('cyrus', PACKAGES);
  const bin = join(root, 'usr/lib/cyrus/bin');
  const dir = await mkdtemp(join(tmpdir(), 'cyrus-'));
  const port = await freePort();
  const env = {
    LD_LIBRARY_PATH: libraryPath(root),
    SASL_PATH: await saslPlugins(root),
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  };
  for (const each of ['config', 'spool', 'lock', 'proc', ...CONFIG_FOLDERS.map((name) => `config/${name}`)])
    await mkdir(join(dir, each));
  await writeFile(join(dir, 'imapd.conf'), imapdConf(dir, login));
  await writeFile(join(dir, 'cyrus.conf'), cyrusConf(dir, bin, port));
  execFileSync(join(root, 'usr/sbin/saslpasswd2'), ['-p', '-c', '-f', join(dir, 'sasldb2'), '-u', 'localhost', login], {
    env,
    input: password,
  });
  await own(dir);
  const master = spawnHere(
    join(bin, 'master'),
    ['-C', join(dir, 'imapd.conf'), '-M', join(dir, 'cyrus.conf'), '-p', join(dir, 'master.pid')],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  master.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const failed = once(master, 'exit').then(() => {
    throw new Error(`Cyrus did not start: ${errors}`);
  });
  failed.catch(() => undefined);
  await Promise.race([failed, listening(port)]);
  return {
    port,
    stop: async () => {
      await end(master);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const CONFIG_FOLDERS = ['db', 'log', 'msg', 'ptclient', 'quota', 'user', 'sync', 'backup', 'socket'];

const imapdConf = (dir: string, login: string): string => `
configdirectory: ${dir}/config
partition-default: ${dir}/spool
defaultpartition: default
mboxname_lockpath: ${dir}/lock
proc_path: ${dir}/proc
cyrus_user: ${process.getuid?.() === 0 ? 'nobody' : userInfo().username}
servername: localhost
admins: cyrus
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${dir}/sasldb2
altnamespace: no
unixhierarchysep: yes
autocreate_quota: 0
autocreate_inbox_folders: Sent | Trash
autocreate_users: ${login}
xlist-sent: Sent
xlist-trash: Trash
`;

const cyrusConf = (dir: string, bin: string, port: number): string => `
START {
  recover cmd="${bin}/ctl_cyrusdb -C ${dir}/imapd.conf -r"
}
SERVICES {
  imap cmd="${bin}/imapd -C ${dir}/imapd.conf" listen="127.0.0.1:${port}" prefork=1
}
EVENTS {
}
DAEMON {
  idled cmd="${bin}/idled -C ${dir}/imapd.conf"
}
`;

async function saslPlugins(root: string): Promise<string> {
  const lib = join(root, 'usr/lib');
  const arch = (await readdir(lib)).find((name) => name.endsWith('-linux-gnu'));
  return join(lib, arch ?? '', 'sasl2');
}

async function own(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), mailOwner.uid, mailOwner.gid);
  await chown(dir, mailOwner.uid, mailOwner.gid);
}
