import { startDovecot } from '../dovecot.js';
import { startCourier } from './courier.js';
import { startCyrus } from './cyrus.js';
import type { Peer } from './peer.js';

interface KindOfPeer {
  start: (login: string, password: string) => Promise<Peer>;
  /** of the personal folders beside the inbox */
  namespace: { prefix: string; delimiter: string };
  /** false: a renamed folder keeps its UIDs under a new UIDVALIDITY */
  keepsUidValidity: boolean;
}

async function startDovecotPeer(login: string, password: string): Promise<Peer> {
  const dovecot = await startDovecot({ users: { [login]: password } });
  return { port: dovecot.imapPort, stop: () => dovecot.stop() };
}

const ALL: [name: string, KindOfPeer][] = [
  ['Dovecot', { start: startDovecotPeer, namespace: { prefix: '', delimiter: '/' }, keepsUidValidity: true }],
  ['Cyrus', { start: startCyrus, namespace: { prefix: 'INBOX/', delimiter: '/' }, keepsUidValidity: true }],
  ['Courier', { start: startCourier, namespace: { prefix: 'INBOX.', delimiter: '.' }, keepsUidValidity: false }],
];

const wanted = process.env.PEERS?.split(',') ?? ALL.map(([name]) => name);

/** All, or those that the variable PEERS names. */
export const PEERS = wanted.map((name) => {
  const found = ALL.find(([each]) => each === name);
  if (!found) throw new Error(`PEERS names ${name}. Known are ${ALL.map(([each]) => each).join(', ')}.`);
  return found;
});

/** Until a peer runs: its packages may have to be downloaded. */
export const START_MS = 240_000;
