import type { Attempt, AttemptEvent } from '../../src/attempts/attempt.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import { count, id, orNull, position, reference, text, time } from '../../src/platform/read-models/columns.js';

export interface AttemptRow extends Omit<Attempt, 'attemptId' | 'month'> {
  id: string;
  firstAt: Date;
  lastAt: Date;
  times: number;
  /** of the last fact about the attempt */
  position: string;
}

const VERSION = 1;

export const attemptTables = {
  attempts: table<AttemptRow>('attempts', VERSION, {
    columns: {
      id,
      by: orNull(reference),
      via: text,
      action: orNull(text),
      accountId: orNull(reference),
      userId: orNull(reference),
      status: count,
      reason: text,
      server: orNull(text),
      from: orNull(text),
      firstAt: time,
      lastAt: time,
      times: count,
      position,
    },
    indices: [{ columns: ['position', 'id'] }, { columns: ['accountId', 'position', 'id'] }],
  }),
};

/** Refused attempts; equal attempts of one hour are one row. */
export const attempts = defineProjection<AttemptEvent, { attempts: AttemptRow }>({
  name: 'attempts',
  version: VERSION,
  tables: attemptTables,
  on: {
    AttemptRefused: (rows, { data, metadata, position }) => {
      const { attemptId, month: _, ...attempt } = data;
      const at = new Date(metadata.at);
      rows.attempts.put({ ...attempt, id: attemptId, firstAt: at, lastAt: at, position });
    },
    AttemptRepeated: (rows, { data, metadata, position }) =>
      rows.attempts.update({ id: data.attemptId }, { times: data.times, lastAt: new Date(metadata.at), position }),
  },
});
