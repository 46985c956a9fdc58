import type { FastifyInstance } from 'fastify';
import { BadInput, type FieldError } from './problems.js';

const DEPTH = 20;
/** More than the fields of any body. */
const FIELDS = 100;
/** More than the longest lists of any body together. */
const VALUES = 10_000;
const FIELD_CHARACTERS = 100;

/** Name of a field for an error: callers choose the names of unknown fields. */
export const shortened = (field: string): string =>
  field.length > FIELD_CHARACTERS ? `${field.slice(0, FIELD_CHARACTERS)}…` : field;

/** Refuses input beyond the bounds of any valid input, before the validation: its time is more than linear. */
export function boundInput(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { body, query, params, url } = request;
    const error =
      wrongBody(body) ?? wrongText(body) ?? wrongText(query) ?? wrongText(params) ?? wrongText(decoded(url));
    done(error && (new BadInput([error]) as never));
  });
}

function wrongBody(body: unknown): FieldError | undefined {
  const isObject = typeof body === 'object' && !Array.isArray(body);
  const message = body !== undefined && !isObject ? 'must be an object' : beyondBounds(body);
  return message === undefined ? undefined : { field: 'body', message };
}

function wrongText(value: unknown): FieldError | undefined {
  const field = badText(value);
  if (field === undefined) return undefined;
  return { field: shortened(field) || 'body', message: 'must not hold NUL or half a surrogate pair' };
}

const TOO_DEEP = 'is nested too deeply: send fewer levels';
const TOO_MANY = `holds more than ${VALUES} values: send fewer at a time`;

/**
 * The bound that a JSON text breaks, as the message of an error: parsing 100,000 fields takes a tenth of a second.
 * Undefined for texts within the bounds, and for some that are no JSON.
 */
export function textBeyondBounds(json: string): string | undefined {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++)
    switch (json.charAt(at)) {
      case '"':
        at = endOfString(json, at);
        break;
      case '{':
      case '[':
        if (++depth > DEPTH) return TOO_DEEP;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case ',':
        if (++values > VALUES) return TOO_MANY;
        break;
      default:
    }
  return undefined;
}

/** Offset of the closing quotation mark of the string that begins at `from`; the length if there is none. */
function endOfString(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}

/** The bound that a value breaks, as the message of an error; undefined if code after this check may recurse. */
export function beyondBounds(value: unknown): string | undefined {
  let values = 0;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH) return TOO_DEEP;
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      const inner = Object.values(each) as unknown[];
      if (!Array.isArray(each) && inner.length > FIELDS) return `has more than ${FIELDS} fields in one object`;
      values += inner.length;
      if (values > VALUES) return TOO_MANY;
      next.push(...inner);
    }
    level = next;
  }
  return undefined;
}

/**
 * Path of the first string with NUL or a lone surrogate, which PostgreSQL refuses; undefined if there is none.
 */
function badText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = badText(key, key) ?? badText(inner, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}
