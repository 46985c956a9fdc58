import type { AskedRequest } from '../auth/caller.js';

export interface Refusal {
  problem: { status: number; reason: string; server?: 'incoming' | 'outgoing' };
  error: unknown;
}

/** Told of every problem document before it is answered. */
export abstract class Refusals {
  abstract refused(request: AskedRequest, refusal: Refusal): Promise<void>;
}
