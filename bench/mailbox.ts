import { createHash } from 'node:crypto';

const ATTACHED_BYTES = 4 * 1024 * 1024;
const LINE = 78;
const WORDS = (
  'order invoice meeting offer delivery contract please find attached thank you for your reply regarding the next week price ' +
  'project schedule call tomorrow question support team customer account update regards best wishes confirm received document'
).split(' ');

/** A generator of random numbers, the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Base64 lines of incompressible bytes. */
function attachedBytes(): Buffer {
  const blocks: Buffer[] = [];
  for (let n = 0; blocks.length * 64 < ATTACHED_BYTES; n++)
    blocks.push(createHash('sha512').update(String(n)).digest());
  return Buffer.from(Buffer.concat(blocks).toString('base64').replace(/.{76}/g, '$&\r\n'));
}

/** Kinds in per cent of the messages; the rest has files. */
const COMPANY = { letters: 58, newsletters: 26 };
const LETTERS = { letters: 100, newsletters: 0 };

/** Letters of about 6 KB in conversations of two. */
export const letters = (count: number): Iterable<Buffer> => mailbox(count, 1, LETTERS);

/** Mail of a company: letters, newsletters, and a sixth with files; about 65 KB on average. */
export function* mailbox(count: number, seed = 1, share = COMPANY): Iterable<Buffer> {
  const upTo = numbers(seed);
  const files = attachedBytes();
  for (let n = 0; n < count; n++) {
    const text = (length: number): string => {
      let line = '';
      let whole = '';
      while (whole.length < length) {
        line += `${WORDS[upTo(WORDS.length)]} `;
        if (line.length > 64) {
          whole += `${line}\r\n`;
          line = '';
        }
      }
      return whole;
    };
    const from = upTo(800);
    const head = [
      `From: "Person ${from}" <person${from}@company${from % 90}.example>`,
      'To: "Anna" <anna@example.test>',
      `Subject: ${WORDS[upTo(WORDS.length)]} ${WORDS[upTo(WORDS.length)]} ${n}`,
      `Date: ${new Date(Date.UTC(2024, 0, 1) + n * 3_600_000).toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${seed}.${n}@company${from % 90}.example>`,
      ...(n % 3 === 1
        ? [`In-Reply-To: <${seed}.${n - 1}@company0.example>`, `References: <${seed}.${n - 1}@company0.example>`]
        : []),
      'MIME-Version: 1.0',
    ];
    const kind = upTo(100);
    if (kind < share.letters) yield letter(head, text(500 + upTo(4000)));
    else if (kind < share.letters + share.newsletters) yield newsletter(head, text(15_000 + upTo(30_000)));
    else {
      const length = LINE * Math.floor((40_000 + upTo(600_000)) / LINE);
      const start = LINE * upTo(Math.floor((files.length - length) / LINE));
      yield withFile(head, text(1500), files.subarray(start, start + length));
    }
  }
}

/** One message of about `bytes`, nearly all of them an attached file. */
export function largeMessage(bytes: number): Buffer {
  const files = attachedBytes();
  const content = Buffer.concat(Array.from({ length: Math.ceil(bytes / files.length) }, () => files));
  const head = [
    'From: person@company.example',
    'To: anna@example.test',
    'Subject: A large file',
    'Message-ID: <large@bench>',
  ];
  return withFile(
    [...head, 'MIME-Version: 1.0'],
    'The file.\r\n',
    content.subarray(0, LINE * Math.floor(bytes / LINE)),
  );
}

const message = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));
const html = (text: string): string => `<html><body><p>${text.replaceAll('\r\n', '</p>\r\n<p>')}</p></body></html>`;
const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset=utf-8';

function letter(head: string[], text: string): Buffer {
  const both = 'Content-Type: multipart/alternative; boundary="=_b"';
  return message(...head, both, '', '--=_b', PLAIN, '', text, '--=_b', HTML, '', html(text), '--=_b--', '');
}

function newsletter(head: string[], text: string): Buffer {
  return message(
    ...head,
    'List-Id: <news.example>',
    'List-Unsubscribe: <https://news.example/off>',
    HTML,
    '',
    html(text),
  );
}

function withFile(head: string[], text: string, content: Buffer): Buffer {
  const mixed = 'Content-Type: multipart/mixed; boundary="=_m"';
  const file = [
    'Content-Type: application/pdf; name="document.pdf"',
    'Content-Disposition: attachment; filename="document.pdf"',
  ];
  const before = message(
    ...head,
    mixed,
    '',
    '--=_m',
    PLAIN,
    '',
    text,
    '--=_m',
    ...file,
    'Content-Transfer-Encoding: base64',
    '',
    '',
  );
  return Buffer.concat([before, content, message('', '--=_m--', '')]);
}
