export class HeldWorkHealth {
  /** Kind of work, such as `outbox`. */
  name!: string;
  /** Reason, a stable word in kebab case, such as `database-restored`. */
  why!: string;
  /** ISO 8601 UTC: time from which the work is held. */
  since!: string;
}

/** Work that waits for an administrator. */
export abstract class HeldWork {
  abstract list(): Promise<HeldWorkHealth[]>;
}
