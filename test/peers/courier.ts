import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mailOwner } from '../dovecot-config.js';
import { libraryPath, unpacked } from './debian-packages.js';
import { end, type Peer, spawnHere } from './peer.js';

const run = promisify(execFile);
const PACKAGES = [
  'courier-imap',
  'courier-base',
  'courier-authlib',
  'libcourier-unicode4',
  'libgamin0',
  'libgdbm6',
  'gamin',
  'libglib2.0-0',
  'libidn12',
  'libpcre3',
];
const CAPABILITY = 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE';

/**
 * Courier IMAP. Its login program needs a daemon with a socket at a fixed place, so this greets and takes the login
 * itself, as `imaplogin` does, and hands the connection to a process of `imapd`.
 */
export async function startCourier(login: string, password: string): Promise<Peer> {
  const root = await unpacked('courier', PACKAGES);
  const dir = await mkdtemp(join(tmpdir(), 'courier-'));
  const env = { LD_LIBRARY_PATH: libraryPath(root), PATH: '/usr/bin:/bin' };
  const home = join(dir, login);
  await mkdir(home);
  await run(join(root, 'usr/bin/maildirmake.courier'), [join(home, 'Maildir')], { env });
  for (const each of ['', 'Maildir', 'Maildir/cur', 'Maildir/new', 'Maildir/tmp'])
    await chown(join(home, each), mailOwner.uid, mailOwner.gid);
  await chown(dir, mailOwner.uid, mailOwner.gid);
  const owner = process.getuid?.() === 0 ? mailOwner : {};
  // Without this server of file changes, each session of Courier waits seconds for it.
  const clientId = `peers-${process.pid}`;
  const gamin = spawnHere(join(root, 'usr/libexec/gam_server'), [clientId], { env, stdio: 'ignore', ...owner });
  const children = new Set<ChildProcess>([gamin]);
  const serve = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.write(`* OK [CAPABILITY ${CAPABILITY}] Courier-IMAP ready\r\n`);
    greet(socket, password, (tag, rest) => {
      const child = spawnHere(join(root, 'usr/bin/imapd'), ['Maildir'], {
        env: {
          ...env,
          ...settings,
          HOME: home,
          AUTHENTICATED: login,
          AUTHADDR: login,
          IMAPLOGINTAG: tag,
          GAM_CLIENT_ID: clientId,
        },
        cwd: home,
        stdio: ['pipe', 'pipe', 'ignore'],
        ...owner,
      });
      children.add(child);
      child.once('exit', () => {
        children.delete(child);
        socket.end();
      });
      const [stdin, stdout] = [child.stdin!, child.stdout!];
      stdin.on('error', () => undefined);
      stdin.write(rest);
      socket.pipe(stdin);
      stdout.pipe(socket);
    });
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      for (const child of children) await end(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** As in Debian's `/etc/courier/imapd`, with news in IDLE at once. */
const settings = {
  MAILDIR: 'Maildir',
  TCPREMOTEIP: '127.0.0.1',
  TCPREMOTEPORT: '1',
  IMAP_CAPABILITY: CAPABILITY,
  IMAP_KEYWORDS: '1',
  IMAP_ACL: '1',
  IMAP_USELOCKS: '1',
  IMAP_IDLE_TIMEOUT: '1',
  IMAP_UMASK: '022',
  IMAP_ULIMITD: '131072',
  IMAP_TRASHFOLDERNAME: 'Trash',
  IMAP_MAILBOX_SANITY_CHECK: '1',
};

/** Answers commands until a login. @param onLogin gets its tag, and the bytes that came behind it */
function greet(socket: Socket, password: string, onLogin: (tag: string, rest: Buffer) => void): void {
  let received = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
      const [tag = '', ...words] = received.toString('latin1', 0, end).split(' ');
      received = received.subarray(end + 2);
      if (words[0]?.toUpperCase() === 'LOGIN' && words.at(-1)?.replaceAll('"', '') === password) {
        socket.off('data', take);
        return onLogin(tag, received);
      }
      socket.write(
        words[0]?.toUpperCase() === 'CAPABILITY'
          ? `* CAPABILITY ${CAPABILITY}\r\n${tag} OK\r\n`
          : `${tag} NO Login failed\r\n`,
      );
    }
  };
  socket.on('data', take);
}
