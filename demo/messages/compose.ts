import { encodeText } from './charset.js';
import { base64, encodedWords, extendedParameter, quotedPrintable } from './transfer-encoding.js';

export interface Part {
  headers: Record<string, string>;
  body: Buffer;
}

export interface TextOptions {
  subtype?: 'plain' | 'html' | 'calendar';
  charset?: string;
  encoding?: '7bit' | '8bit' | 'quoted-printable' | 'base64';
  /** further parameters of the content type, such as `format=flowed` */
  parameters?: string;
  headers?: Record<string, string>;
}

/** A text part. `content` has LF line breaks, the part CRLF. */
export function text(content: string, options: TextOptions = {}): Part {
  const { subtype = 'plain', charset = 'utf-8', encoding = 'quoted-printable', parameters, headers = {} } = options;
  const bytes = encodeText(content.trim().replaceAll('\n', '\r\n') + '\r\n', charset);
  const type = [`text/${subtype}`, `charset=${charset}`, ...(parameters ? [parameters] : [])].join('; ');
  return {
    headers: { 'Content-Type': type, 'Content-Transfer-Encoding': encoding, ...headers },
    body: transfer(bytes, encoding),
  };
}

export const html = (content: string, options: TextOptions = {}) => text(content, { ...options, subtype: 'html' });

export function file(type: string, name: string, bytes: Buffer, headers: Record<string, string> = {}): Part {
  const ascii = /^[\x20-\x7e]*$/.test(name);
  const [typeName, fileName] = ascii
    ? [`name="${name}"`, `filename="${name}"`]
    : [`name="${word(name)}"`, extendedParameter('filename', name)];
  return {
    headers: {
      'Content-Type': `${type};\r\n ${typeName}`,
      'Content-Transfer-Encoding': 'base64',
      'Content-Disposition': `attachment;\r\n ${fileName}`,
      ...headers,
    },
    body: Buffer.from(base64(bytes)),
  };
}

export function multipart(subtype: string, parts: Part[], parameters = ''): Part {
  const boundary = `=_${subtype}_${parts.length}_of_this_letter`;
  const delimited = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), serialize(part), Buffer.from('\r\n')]);
  return {
    headers: { 'Content-Type': `multipart/${subtype}; boundary="${boundary}"${parameters}` },
    body: Buffer.concat([...delimited, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

export function serialize({ headers, body }: Part): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${lines.join('')}\r\n`), body]);
}

/** The text of a header field: printable ASCII unchanged, other text as encoded words. */
export function word(value: string, charset = 'utf-8', encoding: 'B' | 'Q' = 'B'): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  const chars =
    charset === 'iso-2022-jp' ? [encodeText(value, charset)] : Array.from(value, (char) => encodeText(char, charset));
  return encodedWords(chars, charset, encoding);
}

export function address(name: string, email: string, charset = 'utf-8'): string {
  const plain = /^[\x20-\x7e]*$/.test(name);
  const phrase = !plain ? word(name, charset, 'Q') : /^[\w ]*$/.test(name) ? name : `"${name}"`;
  return `${phrase} <${email}>`;
}

function transfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(base64(bytes));
  if (encoding === 'quoted-printable') return Buffer.from(quotedPrintable(bytes));
  return bytes;
}
