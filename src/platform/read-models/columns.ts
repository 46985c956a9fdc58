import type { EntitySchemaColumnOptions } from 'typeorm';

type Column = EntitySchemaColumnOptions;

/** Kinds of columns. Ids and positions compare byte by byte, whatever the language of the database. */
export const id: Column = { type: 'text', primary: true, collation: 'C' };
export const reference: Column = { type: 'text', collation: 'C' };
export const revision: Column = { type: 'integer', primary: true };
export const position: Column = { type: 'text', collation: 'C' };
export const text: Column = { type: 'text' };
export const time: Column = { type: 'timestamptz' };
export const count: Column = { type: 'integer' };
export const flag: Column = { type: 'boolean' };
export const json: Column = { type: 'jsonb' };
export const orNull = (column: Column): Column => ({ ...column, nullable: true });
