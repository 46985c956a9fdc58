declare global {
  // Set by start-servers.ts: jest loads the two files apart, in one process.
  var stopTestServers: (() => Promise<void>) | undefined;
}

/** After the last suite, also when some have failed. */
export default async function stopServers(): Promise<void> {
  const stop = globalThis.stopTestServers;
  globalThis.stopTestServers = undefined;
  await stop?.();
}
