import mime from 'mime';
import { COMPRESSED_RTF } from './attachments.js';
import { readCms } from './cms.js';
import { type Part, partBytes, readParts } from './mime-parts.js';
import { isMessage, readTnef, type TnefFile, type TnefMessage } from './tnef.js';

/** Files of one message that are opened: each costs time, and real mail has one. */
const MOST_OPENED = 5;
/** of files within files, such as a signed winmail.dat */
const DEEPEST = 3;

/** The part tree of a message, as `readParts` gives it, with the content of the files that it opens. */
export function readOpenedParts(...given: Parameters<typeof readParts>): ReturnType<typeof readParts> {
  const read = readParts(...given);
  openFiles(given[0], read.root);
  return read;
}

/** Opens the files that mail programs make of a whole message: their content becomes `inside`. */
function openFiles(raw: Buffer, root: Part, depth = DEEPEST): void {
  let left = depth > 0 ? MOST_OPENED : 0;
  const walk = (part: Part): void => {
    part.childNodes?.forEach(walk);
    if (left === 0 || part.childNodes) return;
    const open = mayBeTnef(part) ? openTnef : mayBeCms(part) ? openCms : undefined;
    if (!open) return;
    left -= 1;
    open(part, partBytes(raw, part), depth);
  };
  walk(root);
}

function openTnef(part: Part, bytes: Buffer): void {
  const message = readTnef(bytes);
  if (message) part.inside = { kind: 'tnef', root: partOf(message) };
}

/** Signed content is a MIME entity (RFC 8551 §3.1); any other, such as a signed invoice, stays a file. */
function openCms(part: Part, bytes: Buffer, depth: number): void {
  const cms = readCms(bytes);
  const says = part.parameters['smime-type'] ?? '';
  if (cms?.kind === 'encrypted' || (!cms && /^(?:auth)?enveloped-data$/i.test(says))) part.unreadable = 'encrypted';
  else if (!cms && /^signed-data$/i.test(says)) part.unreadable = 'signed';
  if (cms === undefined || cms.kind === 'encrypted') return;
  const { root, headers, cut } = readParts(cms.content);
  if (headers.first('content-type') === undefined || cut) return;
  placeIn(cms.content, root);
  openFiles(cms.content, root, depth - 1);
  part.inside = { kind: cms.kind, root };
}

function placeIn(source: Buffer, part: Part): void {
  part.source = source;
  part.childNodes?.forEach((child) => placeIn(source, child));
}

const filenameOf = ({ parameters, dispositionParameters }: Part): string =>
  (dispositionParameters['filename'] ?? parameters['name'] ?? '').trim();

const TNEF_TYPES = ['application/ms-tnef', 'application/vnd.ms-tnef'];
const TNEF_NAME = /^(?:winmail|win)\d*\.dat$|\.tnef$/i;

function mayBeTnef(part: Part): boolean {
  if (TNEF_TYPES.includes(part.type)) return true;
  return part.type.startsWith('application/') && TNEF_NAME.test(filenameOf(part));
}

const CMS_TYPE = /^application\/(?:x-)?pkcs7-mime$/;
const CMS_NAME = /^smime\d*\.p7m$/i;

/** Other names with the ending `.p7m` belong to signed files, such as invoices. */
function mayBeCms(part: Part): boolean {
  const name = filenameOf(part);
  if (CMS_TYPE.test(part.type)) return name === '' || CMS_NAME.test(name);
  return part.type === 'application/octet-stream' && CMS_NAME.test(name);
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
