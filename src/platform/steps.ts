import { channel } from 'node:diagnostics_channel';

const steps = channel('mailroom:step');

/**
 * Publishes a step between two writes that no transaction joins. The crash tests subscribe and kill the process at one
 * (`test/crash/kill-at.mjs`). Costs a comparison without a subscriber.
 * @param step area and past participle, as in `account.recorded`; `test/crash/kill-points.ts` lists all of them
 */
export function reached(step: string): void {
  if (steps.hasSubscribers) steps.publish(step);
}
