import { setTimeout as pause } from 'node:timers/promises';

const LONGEST_MS = 30_000;

/** Asks every 20 ms until `happened` accepts the answer. @throws Error with the beginning of the last answer */
export async function waitUntil<T>(
  ask: () => Promise<T>,
  happened: (answer: T) => boolean,
  longestMs = LONGEST_MS,
): Promise<T> {
  const deadline = performance.now() + longestMs;
  for (;;) {
    const answer = await ask();
    if (happened(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`not happened within ${longestMs} ms, last answer: ${JSON.stringify(answer).slice(0, 4000)}`);
    await pause(20);
  }
}
