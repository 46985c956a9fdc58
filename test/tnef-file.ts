/** Writes small TNEF files, such as the winmail.dat of Outlook (MS-OXTNEF). */

interface TnefFile {
  title?: string;
  longFilename?: string;
  contentType?: string;
  contentId?: string;
  content?: Buffer;
  /** TNEF of a message within the message */
  message?: Buffer;
}

interface TnefContent {
  subject?: string;
  plain?: string;
  html?: string;
  /** compressed, as in MS-OXRTFCP */
  rtf?: Buffer;
  files?: readonly TnefFile[];
}

const MESSAGE = 1;
const ATTACHMENT = 2;
const IID_MESSAGE = Buffer.from('0703020000000000c000000000000046', 'hex');

export function tnefFile({ subject, plain, html, rtf, files = [] }: TnefContent): Buffer {
  const properties = [
    ...(subject === undefined ? [] : [unicode(0x37, subject)]),
    ...(plain === undefined ? [] : [unicode(0x1000, plain)]),
    ...(rtf === undefined ? [] : [binary(0x102, 0x1009, rtf)]),
    ...(html === undefined ? [] : [binary(0x102, 0x1013, Buffer.from(html)), long(0x3fde, 65_001)]),
  ];
  return Buffer.concat([
    number(0x223e9f78),
    short(1),
    attribute(MESSAGE, 0x69007, Buffer.concat([number(1252), number(0)])),
    attribute(MESSAGE, 0x69003, listed(properties)),
    ...files.flatMap(attributesOf),
  ]);
}

/** RTF that is not compressed, in the form of MS-OXRTFCP. */
export const uncompressedRtf = (rtf: string): Buffer =>
  Buffer.concat([
    number(rtf.length + 12),
    number(rtf.length),
    Buffer.from('MELA'),
    number(0),
    Buffer.from(rtf, 'latin1'),
  ]);

function attributesOf({ title, longFilename, contentType, contentId, content, message }: TnefFile): Buffer[] {
  const properties = [
    ...(longFilename === undefined ? [] : [unicode(0x3707, longFilename)]),
    ...(contentType === undefined ? [] : [unicode(0x370e, contentType)]),
    ...(contentId === undefined ? [] : [unicode(0x3712, contentId)]),
    ...(message === undefined ? [] : [binary(0x0d, 0x3701, Buffer.concat([IID_MESSAGE, message]))]),
  ];
  return [
    attribute(ATTACHMENT, 0x69002, Buffer.alloc(14)),
    ...(title === undefined ? [] : [attribute(ATTACHMENT, 0x18010, Buffer.from(`${title}\0`, 'latin1'))]),
    ...(content === undefined ? [] : [attribute(ATTACHMENT, 0x6800f, content)]),
    attribute(ATTACHMENT, 0x69005, listed(properties)),
  ];
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const checksum = data.reduce((sum, octet) => (sum + octet) & 0xffff, 0);
  return Buffer.concat([Buffer.of(level), number(id), number(data.length), data, short(checksum)]);
}

const listed = (properties: readonly Buffer[]): Buffer => Buffer.concat([number(properties.length), ...properties]);
const unicode = (id: number, text: string): Buffer => binary(0x1f, id, Buffer.from(`${text}\0`, 'utf16le'));
const long = (id: number, value: number): Buffer => Buffer.concat([short(3), short(id), number(value)]);
const binary = (type: number, id: number, bytes: Buffer): Buffer =>
  Buffer.concat([short(type), short(id), number(1), number(bytes.length), bytes, Buffer.alloc(-bytes.length & 3)]);

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
