/**
 * Joins calls that wait while an earlier one is carried out: all of them, at most `most`, are the next call of `work`,
 * which answers each in its place. A failure of `work` is a failure of each of its calls.
 */
export function together<T, A>(work: (all: readonly T[]) => Promise<readonly A[]>, most = 100): (one: T) => Promise<A> {
  const waiting: { one: T; done: (answer: A) => void; failed: (error: unknown) => void }[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    for (let calls = waiting.splice(0, most); calls.length > 0; calls = waiting.splice(0, most))
      await work(calls.map(({ one }) => one)).then(
        (answers) => calls.forEach(({ done }, n) => done(answers[n]!)),
        (error: unknown) => calls.forEach(({ failed }) => failed(error)),
      );
    running = false;
  };
  return (one) =>
    new Promise((done, failed) => {
      waiting.push({ one, done, failed });
      if (!running) void run();
    });
}
