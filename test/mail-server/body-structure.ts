import { envelope } from './envelope.js';
import type { Parameterized } from './mime-parameters.js';
import { field, parseMime, type MimePart } from './mime-part.js';
import { list, nstring, string, type Piece } from './wire.js';

/** RFC 3501 section 7.4.2. @param extended true: BODYSTRUCTURE; false: BODY */
export function bodyStructure(part: MimePart, extended: boolean): Piece[] {
  return part.type === 'multipart' ? multipart(part, extended) : singlePart(part, extended);
}

function multipart(part: MimePart, extended: boolean): Piece[] {
  const children = part.children.length > 0 ? part.children : [parseMime(Buffer.alloc(0))];
  const bodies = children.flatMap((child) => bodyStructure(child, extended));
  const extension = extended ? [parameterList(part.parameters), ...tail(part)] : [];
  return ['(', ...bodies, ' ', ...list([string(part.subtype), ...extension]).slice(1)];
}

function singlePart(part: MimePart, extended: boolean): Piece[] {
  const { fields, type, subtype, body } = part;
  const items = [
    string(type),
    string(subtype),
    parameterList(type === 'text' ? withCharset(part.parameters) : part.parameters),
    nstring(field(fields, 'content-id')),
    nstring(field(fields, 'content-description')),
    string(field(fields, 'content-transfer-encoding')?.toLowerCase() ?? '7bit'),
    [String(body.length)],
  ];
  if (part.embedded) items.push(envelope(part.embedded), bodyStructure(part.embedded, extended));
  if (part.embedded || type === 'text') items.push([String(lineCount(body))]);
  if (extended) items.push(nstring(field(fields, 'content-md5')), ...tail(part));
  return list(items);
}

function tail({ fields, disposition }: MimePart): Piece[][] {
  const languages = field(fields, 'content-language')
    ?.split(',')
    .map((language) => string(language.trim()));
  return [
    disposition ? list([string(disposition.value.toLowerCase()), parameterList(disposition.parameters)]) : ['NIL'],
    languages ? list(languages) : ['NIL'],
    nstring(field(fields, 'content-location')),
  ];
}

function parameterList(parameters: Parameterized['parameters']): Piece[] {
  return parameters.length === 0 ? ['NIL'] : list(parameters.flatMap(([name, value]) => [string(name), string(value)]));
}

function withCharset(parameters: Parameterized['parameters']): Parameterized['parameters'] {
  return parameters.some(([name]) => name === 'charset') ? parameters : [...parameters, ['charset', 'us-ascii']];
}

function lineCount(body: Buffer): number {
  let lines = 0;
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) lines += 1;
  return lines;
}
