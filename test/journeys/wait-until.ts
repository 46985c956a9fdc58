import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is what should happen. @throws Error with the last answer when it does not within 30 s */
export async function waitUntil<T>(ask: () => Promise<T>, happened: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (happened(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it did not happen within 30 s: ${JSON.stringify(answer)}`);
    await pause(20);
  }
}
