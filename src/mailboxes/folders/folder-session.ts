import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { accountStream } from '../../accounts/account.events.js';
import { account, type OpenAccount } from '../../accounts/account.fold.js';
import { MailLogins } from '../../accounts/sign-in/mail-logins.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServers } from '../../mail/servers/mail-servers.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { Decide, type Origin, refuseStale } from '../../platform/commands/decide.js';
import type { Loaded } from '../../platform/commands/state-cache.js';
import { Refused } from '../../platform/domain.js';
import { answer, type CommandAnswer } from '../../platform/http/answers.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { mayFetch } from '../fetching/fetch.decider.js';
import { type Folders, folders, type KnownFolder } from '../folders.fold.js';
import { FETCHING } from '../mailbox.events.js';
import { cannotBeEmptied } from './folder-changes.decider.js';
import { foldersStream } from './folder.events.js';
import type { OwnChanges } from './folder.decider.js';
import { type MailboxAccount, ServerFolders } from './server-folders.js';

/** Of one command; moving the mail of a large folder takes the longest. */
const LIMIT_MS = 60_000;
/** Waiting for a fetch, or for wishes that are being given, to end. */
const WAIT_MS = 20_000;
const ASK_EVERY_MS = 200;

/** The folders of one account, as the server has them, over one connection. */
export interface FolderSession {
  imap: Imap;
  account: MailboxAccount;
  /** after the last look */
  state: Folders;
  /** Records the present folders of the server. */
  look(own?: OwnChanges): Promise<KnownFolder[]>;
  /**
   * Work that moves mail, under the lease of the account: a wish that moves the same messages at the same moment would
   * leave copies in two folders.
   * @throws Refused 409 while the mailbox is being fetched
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs commands that change folders on the server. Each begins and ends with a look: so a command that is killed after
 * the change leaves nothing behind, since the next look, of a fetch or of a repetition, records the change.
 */
@Injectable()
export class FolderSessions {
  constructor(
    private readonly decide: Decide,
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
    private readonly serverFolders: ServerFolders,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'leases'>,
  ) {}

  /**
   * @param work may return the id of a folder for the answer
   * @throws Refused 404, 409, 412, and 422 with the words of the server
   */
  async run(
    accountId: string,
    origin: Origin,
    work: (session: FolderSession) => Promise<string | undefined>,
  ): Promise<CommandAnswer> {
    const state = await this.open(accountId);
    const stream = foldersStream(accountId);
    refuseStale((await this.decide.load(stream, folders)).revision, origin.ifMatch);
    const deadline = AbortSignal.timeout(LIMIT_MS);
    try {
      const { settings, mailbox } = state;
      const credentials = await this.logins.of(accountId, state);
      const imap = await this.servers.open(settings.incoming, credentials, deadline);
      try {
        const session: FolderSession = {
          imap,
          account: { accountId, settings, mailbox },
          state: folders.initial,
          look: async (own) => {
            const found = await this.serverFolders.look(imap, session.account, origin, own);
            session.state = (await this.decide.load(stream, folders)).state;
            return found;
          },
          alone: (alone) => this.alone(accountId, alone),
        };
        await session.look();
        const id = await work(session);
        return answer(await this.decide.load(stream, folders), id);
      } finally {
        await imap.close();
      }
    } catch (error) {
      if (deadline.aborted)
        throw new Refused(
          'timed-out',
          'unprocessable',
          `The mail server did not finish within ${LIMIT_MS / 1000} s. Try again: the work done so far stays.`,
          { server: 'incoming' },
        );
      if (error instanceof MailServerFailure)
        throw new Refused(error.reason, 'unprocessable', error.detail, { server: error.server });
      throw error;
    }
  }

  /** The folders on record; refuses accounts with fixed folders. Asks no server. @throws Refused 404, 409, 412 */
  async onRecord(accountId: string, { ifMatch }: Origin): Promise<Loaded<Folders>> {
    await this.open(accountId);
    const loaded = await this.decide.load(foldersStream(accountId), folders);
    refuseStale(loaded.revision, ifMatch);
    return loaded;
  }

  private async open(accountId: string): Promise<OpenAccount> {
    const { state } = await this.decide.load(accountStream(accountId), account);
    mayFetch(state);
    return state;
  }

  private async alone<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    for (const until = performance.now() + WAIT_MS; ;) {
      const [lease] = await this.platform.leases.take(FETCHING, [accountId]);
      if (lease)
        try {
          return await work();
        } finally {
          await lease.release();
        }
      if (performance.now() > until)
        throw cannotBeEmptied(
          'The mailbox is being fetched, and its mail may move at the same moment. Try again later.',
        );
      await pause(ASK_EVERY_MS);
    }
  }
}
