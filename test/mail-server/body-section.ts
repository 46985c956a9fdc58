import type { MimePart } from './mime-part.js';
import { Refusal } from './refusal.js';

const specifier = /^((?:\d+(?:\.\d+)*)?)(?:(?:^|\.)(HEADER|HEADER\.FIELDS|HEADER\.FIELDS\.NOT|TEXT|MIME))?$/i;

/** The bytes of a section such as `1.2`, `HEADER.FIELDS` or `2.TEXT`, RFC 3501 section 6.4.5; else undefined. */
export function bodySection(message: MimePart, section: string, fieldNames: string[]): Buffer | undefined {
  const [, numbers = '', name = ''] = specifier.exec(section) ?? [];
  if (!numbers && (!name || name.toUpperCase() === 'MIME')) throw new Refusal('BAD', 'Invalid body section');
  const part = numbers ? partAt(message, numbers.split('.').map(Number)) : message;
  if (!part) return undefined;
  if (!name) return part.body;
  if (name.toUpperCase() === 'MIME') return part.header;
  const inner = numbers ? part.embedded : message;
  return inner && partOfMessage(inner, name.toUpperCase(), fieldNames);
}

function partOfMessage({ header, body, fields }: MimePart, section: string, fieldNames: string[]): Buffer {
  if (section === 'TEXT') return body;
  if (section === 'HEADER') return header;
  const wanted = new Set(fieldNames.map((name) => name.toLowerCase()));
  const chosen = fields.filter(({ name }) => wanted.has(name.toLowerCase()) !== section.endsWith('.NOT'));
  return Buffer.concat([...chosen.map(({ raw }) => raw), Buffer.from('\r\n')]);
}

function partAt(message: MimePart, [number = 0, ...deeper]: number[]): MimePart | undefined {
  const here = message.type === 'multipart' ? message.children[number - 1] : number === 1 ? message : undefined;
  if (!here || deeper.length === 0) return here;
  const inside = here.embedded ?? (here.type === 'multipart' ? here : undefined);
  return inside && partAt(inside, deeper);
}
