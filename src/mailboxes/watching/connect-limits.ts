import pLimit, { type LimitFunction } from 'p-limit';

/** Connections that one process opens side by side, to all servers and to one. */
const MOST_AT_ONCE = 40;
const MOST_OF_SERVER = 10;

/** Bounds the connections that are being opened: after an outage thousands of accounts reconnect. */
export class ConnectLimits {
  private readonly all = pLimit(MOST_AT_ONCE);
  private readonly servers = new Map<string, LimitFunction>();

  /** @param lane mail server */
  async run<T>(lane: string, connect: () => Promise<T>): Promise<T> {
    const server = this.servers.get(lane) ?? pLimit(MOST_OF_SERVER);
    this.servers.set(lane, server);
    try {
      return await server(() => this.all(connect));
    } finally {
      if (server.activeCount + server.pendingCount === 0) this.servers.delete(lane);
    }
  }
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Pause before the next connection, with jitter: half to one and a half of the step.
 * @param failures in a row, from 1
 */
export const reconnectPauseMs = (failures: number, random: () => number = Math.random): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + random());
