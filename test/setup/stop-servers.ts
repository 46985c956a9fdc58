declare global {
  // start-servers.ts sets this global. Jest loads both files separately, so they share no variable of a module.
  var stopTestServers: (() => Promise<void>) | undefined;
}

/** Jest calls this function after the last suite, even if suites failed. */
export default async function stopServers(): Promise<void> {
  const stop = globalThis.stopTestServers;
  globalThis.stopTestServers = undefined;
  await stop?.();
}
