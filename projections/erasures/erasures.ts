import type { Erased, ErasureEvent } from '../../src/erasures/erasure.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { NameRow } from '../history/authors.js';
import { id, json, orNull, position, reference, text, time } from '../../src/platform/read-models/columns.js';

export interface ErasureRow {
  id: string;
  /** `user:<id>` or `token:<id>` */
  by: string;
  via: string;
  requestedAt: Date;
  erasedAt: Date | null;
  /** null until the erasure has started and counted */
  erased: Erased | null;
  /** of the request */
  position: string;
}

const VERSION = 1;

export const erasureTables = {
  erasures: table<ErasureRow>('erasures', VERSION, {
    columns: {
      id,
      by: reference,
      via: text,
      requestedAt: time,
      erasedAt: orNull(time),
      erased: orNull(json),
      position,
    },
    indices: [{ columns: ['position', 'id'] }],
  }),
  names: table<NameRow>('erasure_names', VERSION, { columns: { id, name: orNull(text) } }),
};

/** Time and author of each erasure, without the erased person. */
export const erasures = defineProjection<ErasureEvent | UserEvent, { erasures: ErasureRow; names: NameRow }>({
  name: 'erasures',
  version: VERSION,
  tables: erasureTables,
  on: {
    ErasureRequested: (rows, { data, metadata, position }) =>
      rows.erasures.put({
        id: data.erasureId,
        by: metadata.by,
        via: metadata.via,
        requestedAt: new Date(metadata.at),
        erasedAt: null,
        erased: null,
        position,
      }),
    ErasureStarted: (rows, { data }) => rows.erasures.update({ id: data.erasureId }, { erased: data.erased }),
    PersonErased: (rows, { data, metadata }) =>
      rows.erasures.update({ id: data.erasureId }, { erased: data.erased, erasedAt: new Date(metadata.at) }),
    UserAdded: ({ names }, { data }) => names.put({ id: data.userId, name: data.name }),
    UserRenamed: ({ names }, { data }) => names.update({ id: data.userId }, { name: data.name }),
  },
});
