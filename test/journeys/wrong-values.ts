import { resolved, type Schema } from './openapi.js';

type Json = Record<string, unknown>;

/** A body with one error. */
export interface WrongBody {
  /** path of the wrong field */
  field: string;
  body: unknown;
}

const OBJECTS: object[] = [{}, { length: 1 }, { toString: 'x' }];
const LISTS: unknown[][] = [[], ['x'], [[]], [null]];

/** Values of every type that the schema does not take, and values of its own type just beyond its limits. */
function wrongValues(schema: Schema): unknown[] {
  const { type = 'object', enum: words, minLength, maxLength, minimum, maximum, maxItems, items } = resolved(schema);
  const types = [type].flat();
  const nothing = types.includes('null') ? [] : [null];
  const others = (taken: string): unknown[] =>
    [
      ...(taken === 'string' ? [] : ['x', '', '1', 'true']),
      ...(taken === 'integer' ? [] : [0, 1, -1, 1.5]),
      ...(taken === 'boolean' ? [] : [true, false]),
      ...(taken === 'array' ? [] : LISTS),
      ...(taken === 'object' ? [] : OBJECTS),
    ].concat(nothing);
  const own: Record<string, unknown[]> = {
    string: [
      ...(words ? ['none of the words', '', String(words[0]).toUpperCase()] : []),
      ...(minLength === undefined ? [] : ['x'.repeat(minLength - 1)]),
      ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
      ...['a\0b', 'half a pair \ud800', '\udfff'],
    ],
    integer: [
      ...(minimum === undefined ? [] : [minimum - 1, minimum + 0.5]),
      ...(maximum === undefined ? [] : [maximum + 1, 1e300]),
    ],
    boolean: [],
    array: [
      ...(items ? wrongValues(items) : []).map((each) => [each]),
      ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill('x')]),
    ],
    object: [],
  };
  const taken = types.find((each) => each !== 'null')!;
  return [...others(taken), ...own[taken]!];
}

/** Bodies with one error each: a wrong value, a missing required field or an unknown field. */
export function wrongBodies(schema: Schema, valid: Json, at = ''): WrongBody[] {
  const { properties = {}, required = [] } = resolved(schema);
  const inside = (field: string): string => (at === '' ? field : `${at}.${field}`);
  return [
    { field: inside('unknown'), body: { ...valid, unknown: 1 } },
    ...required.map((field) => ({
      field: inside(field),
      body: Object.fromEntries(Object.entries(valid).filter(([name]) => name !== field)),
    })),
    ...Object.entries(properties).flatMap(([field, each]) => [
      ...wrongValues(each).map((value) => ({ field: inside(field), body: { ...valid, [field]: value } })),
      ...(each.$ref === undefined
        ? []
        : wrongBodies(each, valid[field] as Json, inside(field)).map((wrong) => ({
            field: wrong.field,
            body: { ...valid, [field]: wrong.body },
          }))),
    ]),
  ];
}
