import { type DataSource, In } from 'typeorm';
import type { ProjectionTable } from '../../src/platform/read-models/projection-tables.js';

/** Who did something, as the log says it. */
export interface Authored {
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
}

export interface NameRow {
  id: string;
  /** null once the person has been forgotten */
  name: string | null;
}

/** A person's name as it is today. */
export type NameOf = (userId: string) => string;

const personOf = (by: string): string => by.slice('user:'.length);

/** @param others ids of the people whom an entry names besides its author */
export async function namesOf<R extends Authored>(
  database: DataSource,
  names: ProjectionTable<NameRow>,
  rows: readonly R[],
  others: (row: R) => readonly string[],
): Promise<NameOf> {
  const ids = rows.flatMap((row) => [...others(row), ...(row.by.startsWith('user:') ? [personOf(row.by)] : [])]);
  const known = await database.getRepository(names.entity).findBy({ id: In([...new Set(ids)]) });
  const byId = new Map(known.map(({ id, name }) => [id, name]));
  return (userId) => byId.get(userId) ?? 'a forgotten person';
}

/** Of a person, of a service by its token, or the system. */
export function toAuthor({ by, via }: Authored, nameOf: NameOf): { id: string; name: string } {
  if (by.startsWith('user:')) return { id: personOf(by), name: nameOf(personOf(by)) };
  if (by.startsWith('token:')) return { id: by, name: via.replace(/^api:/, '') };
  return { id: by, name: 'the system' };
}
