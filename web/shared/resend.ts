/** Pauses between the attempts: together a minute and a half. */
const PAUSES_MS = [500, 1000, 2000, 4000, ...Array.from({ length: 17 }, () => 5000)];
const LONGEST_MS = 30_000;

/**
 * Sends a command until the service has answered. A command with an `Idempotency-Key` has one effect, however often it
 * arrives. All other requests are sent once.
 */
export async function resend(request: Request): Promise<Response> {
  if (!request.headers.has('Idempotency-Key')) return fetch(request);
  for (const pauseMs of PAUSES_MS) {
    const answer = await fetch(request.clone()).catch((failure: unknown): undefined => {
      if (request.signal.aborted) throw failure;
    });
    if (answer && answer.status !== 503 && answer.status !== 429) return answer;
    const asked = Number(answer?.headers.get('Retry-After') ?? Number.NaN) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Number.isNaN(asked) ? pauseMs : Math.min(asked, LONGEST_MS)));
  }
  return fetch(request);
}
