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

/** The bound that a value breaks, as the message of an error; undefined if code after this check may recurse. */
export function beyondBounds(value: unknown): string | undefined {
  let values = 0;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH) return 'is nested too deeply: send fewer levels';
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      const inner = Object.values(each) as unknown[];
      if (!Array.isArray(each) && inner.length > FIELDS) return `has more than ${FIELDS} fields in one object`;
      values += inner.length;
      if (values > VALUES) return `holds more than ${VALUES} values: send fewer at a time`;
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
