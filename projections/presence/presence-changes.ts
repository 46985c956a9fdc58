import type { Presence, Presences } from './presence.js';

export type PresenceChange = Omit<Presence, 'state'> & { state: Presence['state'] | 'gone' };

const nameOf = ({ messageId, userId }: Presence): string => `${messageId} ${userId}`;

/** Differences between one look at the present people and the next. An expired presence is a difference too. */
export class PresenceChanges {
  private before: Map<string, Presence> | undefined;
  private looking: Promise<PresenceChange[]> | undefined;

  constructor(private readonly presences: Pick<Presences, 'all'>) {}

  /** The first look after `forget` has no differences. */
  look(): Promise<PresenceChange[]> {
    return (this.looking ??= this.lookNow().finally(() => (this.looking = undefined)));
  }

  /** Resolves once differences from now on are found. */
  async begin(): Promise<void> {
    if (this.before === undefined) await this.look();
  }

  forget(): void {
    this.before = undefined;
  }

  private async lookNow(): Promise<PresenceChange[]> {
    const now = new Map((await this.presences.all()).map((each) => [nameOf(each), each]));
    const before = this.before ?? now;
    this.before = now;
    return [
      ...[...now].filter(([name, { state }]) => before.get(name)?.state !== state).map(([, presence]) => presence),
      ...[...before]
        .filter(([name]) => !now.has(name))
        .map(([, presence]) => ({ ...presence, state: 'gone' as const })),
    ];
  }
}
