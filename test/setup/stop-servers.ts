declare global {
  // start-servers.ts sets it: jest loads both files in one process, but separately.
  var stopTestServers: (() => Promise<void>) | undefined;
}

/** After the last suite, also when suites have failed. */
export default async function stopServers(): Promise<void> {
  const stop = globalThis.stopTestServers;
  globalThis.stopTestServers = undefined;
  await stop?.();
}
