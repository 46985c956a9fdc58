import type { EntitySchemaColumnOptions } from 'typeorm';

type Column = EntitySchemaColumnOptions;

/** Collation `C`: ids and positions sort byte by byte in every database. */
export const reference: Column = { type: 'text', collation: 'C' };
export const position: Column = reference;
export const text: Column = { type: 'text' };
export const time: Column = { type: 'timestamptz' };
export const count: Column = { type: 'integer' };
export const revision: Column = count;
export const flag: Column = { type: 'boolean' };
export const json: Column = { type: 'jsonb' };

export const inKey = (column: Column): Column => ({ ...column, primary: true });
export const orNull = (column: Column): Column => ({ ...column, nullable: true });

export const id: Column = inKey(reference);
