import assert from 'node:assert/strict';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { EventStream } from '../journeys/event-stream.js';
import { fetchMail, type MessageSummary } from '../journeys/mailbox.js';
import { allOf, type Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';
import { type Told, wholeLog } from '../crash/whole-log.js';
import { EarlierData, type EarlierFact, factsOfReleaseBefore } from './earlier-data.js';
import { CHANGES, LETTERS, MAIL_OF_MOVED, MOVES, STAYS, UID_VALIDITY, USERS } from './earlier-mailbox.js';
import { manyMessages } from './many-messages.js';

export type Listed = MessageSummary & { flagged: boolean; onServer: boolean };

const BODY = /BODY(\.PEEK)?\[\]/;
const OF_FETCHES = new Set(['FetchStarted', 'FolderCompared', 'FetchFinished']);
/** Reading 10,000 messages into each read model, on a busy machine. */
const LONGEST_MS = 240_000;
const SHOWN_TO_ALL = ['', '?box=draft'];

/** A service of this release on the data of the release before, with the mailboxes at their servers. */
export class TakingUp {
  private constructor(
    private readonly servers: readonly [MailServer, MailServer],
    private readonly facts: readonly EarlierFact[],
    private readonly data: EarlierData,
    readonly service: RunningService,
    readonly admin: Requests,
    private readonly live: EventStream,
    /** number of facts before the first look */
    private before: number,
  ) {}

  /**
   * @param many further messages in an inbox; another program has read them since
   * @param watchMail true: nobody asks for a fetch
   */
  static async start(many: number, watchMail: boolean): Promise<TakingUp> {
    const options = { users: USERS, uidValidity: UID_VALIDITY };
    const servers = [await startMailServer(options), await startMailServer(options)] as const;
    const [first, second] = servers;
    for (const change of CHANGES) change(first);
    MAIL_OF_MOVED[0]!(first);
    MAIL_OF_MOVED[1]!(second);
    const facts = await factsOfReleaseBefore({ first: first.imapPort, second: second.imapPort });
    const more = manyMessages(facts, 'question', many);
    for (const raw of more.letters) first.deliver(STAYS, 'INBOX', raw, { flags: ['\\Seen'] });
    readElsewhere(first, second);
    const data = await EarlierData.write([...facts, ...more.facts], [...LETTERS, ...more.letters]);
    const service = await RunningService.start({ env: data.env });
    const admin = await service.signedIn();
    await service.settled(LONGEST_MS);
    const { length } = await wholeLog(service.service.platform.log);
    const live = await EventStream.open(admin);
    const begun = new TakingUp(servers, facts, data, service, admin, live, length);
    if (watchMail) await begun.watch();
    return begun;
  }

  accountOf(address: string): string {
    const added = this.facts.find(
      ({ type, data: { settings } }) =>
        type === 'AccountAdded' && (settings as { address: string }).address === address,
    );
    return added!.data.accountId as string;
  }

  async fetchAll(): Promise<void> {
    for (const address of [STAYS, MOVES]) {
      const { state, received } = await fetchMail(this.admin, this.accountOf(address));
      assert.deepEqual([state, received], ['done', 0]);
    }
    await this.service.settled(LONGEST_MS);
  }

  /** Waits until older versions of drafts are destroyed. */
  async draftsReplaced(count: number): Promise<void> {
    const destroyed = async (): Promise<number> =>
      (await wholeLog(this.service.service.platform.log)).filter(({ type }) => type === 'MessageDestroyed').length;
    const before = this.facts.filter(({ type }) => type === 'MessageDestroyed').length;
    await waitUntil(destroyed, (now) => now === before + count, LONGEST_MS);
    await this.service.settled(LONGEST_MS);
  }

  /** Facts since the last call, without those of fetches, by type. */
  async news(): Promise<Told[]> {
    const all = await wholeLog(this.service.service.platform.log);
    const fresh = all.slice(this.before);
    this.before = all.length;
    return fresh.filter(({ type }) => !OF_FETCHES.has(type));
  }

  get bodiesFetched(): string[] {
    return this.servers.flatMap(({ commands }) => commands.filter((command) => BODY.test(command)));
  }

  get liveMessages(): number {
    return this.live.events.filter(({ kind }) => kind === 'message' || kind === 'notification').length;
  }

  async listed(address: string): Promise<Listed[]> {
    const path = `/api/accounts/${this.accountOf(address)}/messages`;
    return (await Promise.all(SHOWN_TO_ALL.map((query) => allOf<Listed>(this.admin, path + query)))).flat();
  }

  async stop(): Promise<void> {
    this.live.close();
    await this.service.stop();
    await Promise.all([this.data.remove(), ...this.servers.map((server) => server.stop())]);
  }

  /** A second process watches the accounts, until it has looked at all. */
  private async watch(): Promise<void> {
    const watching = await RunningService.start({ env: this.data.env, config: { watchMail: true } });
    try {
      const hears = ({ commands }: MailServer): boolean => commands.includes('IDLE');
      await waitUntil(() => Promise.resolve(this.servers.every(hears)), Boolean, LONGEST_MS);
      await this.service.settled(LONGEST_MS);
    } finally {
      await watching.end();
    }
  }
}

/** Other programs change flags after the last fetch of the release before. */
function readElsewhere(first: MailServer, second: MailServer): void {
  const inbox = first.account(STAYS).folder('INBOX');
  inbox.setFlags(inbox.messages[2]!, ['\\Seen', '\\Flagged']);
  const archive = second.account(MOVES).folder('Archive');
  archive.setFlags(archive.messages[0]!, ['\\Seen']);
}
