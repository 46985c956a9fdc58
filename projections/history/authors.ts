import { type DataSource, In } from 'typeorm';
import type { ProjectionTable } from '../../src/platform/read-models/projection-tables.js';

/** Author of a fact, as in its metadata. */
interface Authored {
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
}

export interface NameRow {
  id: string;
  /** null: the person was forgotten */
  name: string | null;
}

/** Present name of a person. */
export type NameOf = (userId: string) => string;

/** Name of a person without a name. */
export const FORGOTTEN = 'a forgotten person';

const personOf = (by: string): string => by.slice('user:'.length);

/** @param others ids of the people in a row, besides its author */
export async function namesOf<R extends Authored>(
  database: DataSource,
  names: ProjectionTable<NameRow>,
  rows: readonly R[],
  others: (row: R) => readonly string[],
): Promise<NameOf> {
  const ids = rows.flatMap((row) => [...others(row), ...(row.by.startsWith('user:') ? [personOf(row.by)] : [])]);
  const known = await database.getRepository(names.entity).findBy({ id: In([...new Set(ids)]) });
  const byId = new Map(known.map(({ id, name }) => [id, name]));
  return (userId) => byId.get(userId) ?? FORGOTTEN;
}

/** A person, a service with its token, or the system. */
export function toAuthor({ by, via }: Authored, nameOf: NameOf): { id: string; name: string } {
  if (by.startsWith('user:')) return { id: personOf(by), name: nameOf(personOf(by)) };
  if (by.startsWith('token:')) return { id: by, name: via.replace(/^api:/, '') };
  return { id: by, name: 'the system' };
}
