import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoMessages } from '../../demo/messages.js';
import { address, file, multipart, text } from '../../demo/messages/compose.js';
import { anna, letter, messageId } from '../../demo/messages/demo-message.js';
import type { Dovecot } from '../dovecot.js';

const AT = '2026-04-01T08:00:00Z';
/** Large enough that the service streams the message to the blob store. */
const LARGE_BYTES = 2_200_000;
const LARGE_EVERY = 6;

/** A mailbox that grows by rounds of varied mail: a fetch could lose some of it, or count some of it twice. */
export class GrowingMailbox {
  private round = 0;

  constructor(
    private readonly dovecot: Dovecot,
    readonly user: string,
  ) {}

  fillWithDemoMail(): void {
    for (const { folder, raw } of demoMessages) this.dovecot.fill(this.user, folder, [raw]);
  }

  /** A message that arrives now. */
  receive(raw: Buffer): Promise<number> {
    return this.dovecot.deliver(this.user, 'INBOX', raw);
  }

  grow(): void {
    const n = this.round++;
    const from = (name: string): string => address(`${name} ${n}`, `${name}-${n}@firm-${n}.example`);
    const mail = (name: string, sender: string, content = text(`${name}, round ${n}`)): Buffer =>
      letter({ name: `${name} ${n}`, at: AT, from: sender, subject: `${name} ${n}`, content }).raw;
    const attached = multipart('mixed', [text('see there'), file('application/pdf', 'offer.pdf', bytesOf(n, 40_000))]);
    const [labelled, again, toMyself] = [mail('Labelled', from('lea')), mail('Twice', from('tom')), mail('Note', anna)];
    const inbox = [
      mail('First letter', from('ada')),
      mail('Same firm', from('ben')),
      mail('Known person', address('Known', 'known@everyday.example')),
      mail('Free mail', address('Fred', `fred.${n}@gmail.com`)),
      mail('Offer', from('ada'), attached),
      letter({
        name: `News ${n}`,
        at: AT,
        from: from('news'),
        subject: 'News',
        content: text('all'),
        headers: { 'List-Id': '<n>' },
      }).raw,
      labelled,
      again,
      again,
      toMyself,
      unparsable(n),
      ...conversation(n),
      ...(n % LARGE_EVERY === 0
        ? [mail('Large', from('lars'), file('image/png', 'large.png', bytesOf(n, LARGE_BYTES)))]
        : []),
    ];
    this.dovecot.fill(this.user, 'INBOX', inbox);
    this.dovecot.fill(this.user, 'Archive', [labelled]);
    this.dovecot.fill(this.user, 'Sent', [mail('Answer', anna), toMyself]);
  }

  /** SHA-256 of every message with a flagged copy; a maildir keeps flags in the names of its files. */
  flagged(): Set<string> {
    const root = this.dovecot.maildir(this.user);
    const folders = ['', ...readdirSync(root).filter((name) => name.startsWith('.'))].map((name) => join(root, name));
    const files = folders
      .filter((dir) => existsSync(join(dir, 'cur')))
      .flatMap((dir) => readdirSync(join(dir, 'cur')).map((name) => join(dir, 'cur', name)));
    return new Set(files.filter((file) => /:2,[A-Z]*F/.test(file)).map((file) => sha256(readFileSync(file))));
  }

  /** SHA-256 of every message by folder, sorted, once for each copy; without the folders that are never fetched. */
  onServer(): Map<string, string[]> {
    const root = this.dovecot.maildir(this.user);
    const names = readdirSync(root).filter((name) => name.startsWith('.') && existsSync(join(root, name, 'cur')));
    const folders = [['INBOX', root], ...names.map((name) => [name.slice(1), join(root, name)])] as [string, string][];
    return new Map(
      folders
        .filter(([path]) => path !== 'Trash' && path !== 'Junk')
        .map(([path, dir]) => [path, hashesIn(dir)] as const),
    );
  }
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const hashesIn = (dir: string): string[] =>
  ['cur', 'new']
    .flatMap((part) => readdirSync(join(dir, part)).map((name) => sha256(readFileSync(join(dir, part, name)))))
    .sort();

/** A beginning, and an answer that is linked to it by a message of the next round alone. */
function conversation(n: number): Buffer[] {
  const zoe = address('Zoe', 'zoe@talks.example');
  const linked = (name: string, round: number, ancestor?: string): Buffer =>
    letter({
      name: `${name} ${round}`,
      at: AT,
      from: zoe,
      subject: `Talk ${round}`,
      content: text(`${name}, round ${round}`),
      headers: ancestor === undefined ? {} : { References: messageId(`${ancestor}-${round}`, zoe) },
    }).raw;
  const link = n > 0 ? [linked('Link', n - 1, 'beginning')] : [];
  return [linked('Beginning', n), linked('Late answer', n, 'link'), ...link];
}

/** Bytes without text and without a known header, with a part that never ends. */
const unparsable = (n: number): Buffer =>
  Buffer.concat([
    Buffer.from(`\xff\xfe round ${n}\r\nContent-Type: multipart/mixed; boundary="\r\n\r\n--\r\n`, 'latin1'),
    Buffer.from(Array.from({ length: 300 }, (_, at) => 0x80 + ((at * 7 + n) % 0x7f))),
    Buffer.from('\r\n'),
  ]);

/** Incompressible bytes, always the same for the same number. */
function bytesOf(n: number, length: number): Buffer {
  const key = createHash('sha256').update(String(n)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
