import type { components } from './interface.js';

type ProblemDocument = components['schemas']['Problem'];

/** A refusal of the service (RFC 9457), or `offline` when the service does not answer. */
export class Problem extends Error {
  readonly reason: string;
  readonly status: number;
  readonly document: Partial<ProblemDocument>;

  constructor(document: Partial<ProblemDocument> & { reason: string; status: number }) {
    super(document.detail ?? document.title ?? document.reason);
    this.reason = document.reason;
    this.status = document.status;
    this.document = document;
  }

  /** Message for the field of a form; undefined: the field is right. */
  field(name: string): string | undefined {
    return this.document.errors?.find(({ field }) => field === name || field.endsWith(`.${name}`))?.message;
  }
}

export const OFFLINE = 'offline';

export const offline = (): Problem => new Problem({ reason: OFFLINE, status: 0 });

export const isOffline = (error: unknown): boolean => error instanceof Problem && error.reason === OFFLINE;

/** True for a refusal that passes by itself: the service or a read model is not ready yet. */
export const passes = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 0 || error.status === 503 || error.status === 429);
