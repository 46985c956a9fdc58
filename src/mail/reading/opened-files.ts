import mime from 'mime';
import { COMPRESSED_RTF } from './attachments.js';
import { type Part, partBytes, readParts } from './mime-parts.js';
import { isMessage, isTnef, readTnef, type TnefFile, type TnefMessage } from './tnef.js';

/** Files of one message that are opened: each costs time, and real mail has one. */
const MOST_OPENED = 5;

/** The part tree of a message, as `readParts` gives it, with the content of the files that it opens. */
export function readOpenedParts(...given: Parameters<typeof readParts>): ReturnType<typeof readParts> {
  const read = readParts(...given);
  openFiles(given[0], read.root);
  return read;
}

/** Opens the files that mail programs make of a whole message: their content becomes `inside`. */
function openFiles(raw: Buffer, root: Part): void {
  let left = MOST_OPENED;
  const walk = (part: Part): void => {
    part.childNodes?.forEach(walk);
    if (left === 0 || part.childNodes || !mayBeTnef(part)) return;
    left -= 1;
    const bytes = partBytes(raw, part);
    const message = isTnef(bytes) ? readTnef(bytes) : undefined;
    if (message) part.inside = { kind: 'tnef', root: partOf(message) };
  };
  walk(root);
}

const TNEF_TYPES = ['application/ms-tnef', 'application/vnd.ms-tnef'];
const TNEF_NAME = /^(?:winmail|win)\d*\.dat$|\.tnef$/i;

function mayBeTnef({ type, parameters, dispositionParameters }: Part): boolean {
  if (TNEF_TYPES.includes(type)) return true;
  const name = dispositionParameters['filename'] ?? parameters['name'] ?? '';
  return type.startsWith('application/') && TNEF_NAME.test(name.trim());
}

const made = (type: string, source: Buffer): Part => ({
  type,
  parameters: {},
  encoding: 'binary',
  dispositionParameters: {},
  size: source.length,
  start: 0,
  source,
});

const textPart = (type: string, text: string): Part => ({
  ...made(type, Buffer.from(text)),
  parameters: { charset: 'utf-8' },
});

const multipart = (kind: string, childNodes: Part[]): Part => ({
  ...made(`multipart/${kind}`, Buffer.alloc(0)),
  childNodes,
});
const mixed = (childNodes: Part[]): Part => multipart('mixed', childNodes);

/** The texts, the richest one last, then the files. */
function partOf({ html, rtf, plain, attachments }: TnefMessage): Part {
  const rich = html === null ? rtf && made(COMPRESSED_RTF, rtf) : textPart('text/html', html);
  const texts = [plain === null ? null : textPart('text/plain', plain), rich].filter((part) => part !== null);
  const files = attachments.map((each) => (isMessage(each) ? forwarded(each) : filePart(each)));
  return mixed([multipart('alternative', texts), ...files]);
}

const forwarded = (message: TnefMessage): Part =>
  mixed([textPart('text/plain', `\n---------- \nSubject: ${message.subject ?? ''}\n`), partOf(message)]);

function filePart({ filename, contentType, contentId, content }: TnefFile): Part {
  const type = (contentType ?? mime.getType(filename) ?? '').toLowerCase();
  return {
    ...made(/^(?:multipart|message)\/|^$/.test(type) ? 'application/octet-stream' : type, content),
    disposition: contentId === null ? 'attachment' : 'inline',
    dispositionParameters: { filename },
    ...(contentId !== null && { id: contentId }),
  };
}
