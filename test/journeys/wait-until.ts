import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 20 ms until `happened` accepts the answer. @throws Error with the last answer after 30 s */
export async function waitUntil<T>(ask: () => Promise<T>, happened: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (happened(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not happened within 30 s, last answer: ${JSON.stringify(answer)}`);
    await pause(20);
  }
}
