import { EventStoreDbStandIn } from './eventstoredb-stand-in.js';

/** Three stand-ins with one log: one is the leader, the others refuse appends. */
export class EventStoreDbCluster {
  private leader = 0;

  private constructor(private readonly nodes: EventStoreDbStandIn[]) {}

  static async started(): Promise<EventStoreDbCluster> {
    const nodes: EventStoreDbStandIn[] = [];
    const cluster = new EventStoreDbCluster(nodes);
    for (let n = 0; n < 3; n++)
      nodes.push(
        await EventStoreDbStandIn.started(
          { advertiseBatchAppend: true, isLeader: () => cluster.leader === n, members: () => cluster.members() },
          nodes[0]?.log,
        ),
      );
    return cluster;
  }

  /** All nodes in one connection string. */
  get url(): string {
    return `esdb://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  /** Kills the leader and elects the next node; the killed one is a follower when it comes back. */
  async loseLeader(): Promise<{ comeBack: () => Promise<void> }> {
    const lost = this.nodes[this.leader]!;
    await lost.stop();
    this.leader = (this.leader + 1) % this.nodes.length;
    return { comeBack: () => lost.start() };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private members() {
    return this.nodes.map((node, n) => ({ ...node.member, isLeader: n === this.leader }));
  }
}
