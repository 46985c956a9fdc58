import type { AskedRequest } from '../auth/caller.js';

export interface Refusal {
  problem: { status: number; reason: string; server?: 'incoming' | 'outgoing' };
  error: unknown;
}

/** Receives every problem document: before the answer is sent, but a 404 beside its answer. */
export abstract class Refusals {
  abstract refused(request: AskedRequest, refusal: Refusal): Promise<void>;
}
