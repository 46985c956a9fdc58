import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { ServerFolders } from '../folders/server-folders.js';
import { inParts } from '../places.events.js';
import type { MarkedFlags } from '../../messages/flags.events.js';
import type { Caller } from '../../platform/auth/caller.js';
import { Decide, type Decided } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { laterOf } from '../../platform/http/answers.js';
import { ReadState } from '../../reading/read-state.js';
import { KnownMail } from './known-mail.js';
import { wish, type Wished } from './wish.decider.js';
import { wishesStream } from './wish.events.js';
import { wishes, type Wishes } from './wish.fold.js';

/** Changes to messages; absent: no change. */
export interface MessageChange extends MarkedFlags {
  folderId?: string;
  deleted?: boolean;
  /** read by the caller; `seen` implies it */
  seenByMe?: boolean;
}

/** Changes messages of one account, which the caller may use. The server follows soon after. */
export class ChangeMessages extends Command<Decided<Wishes>> {
  constructor(
    readonly accountId: string,
    readonly messageIds: readonly string[],
    readonly set: MessageChange,
    readonly caller: Pick<Caller, 'actor' | 'userId' | 'accounts' | 'origin'>,
  ) {
    super();
  }
}

@CommandHandler(ChangeMessages)
export class ChangeMessagesHandler implements ICommandHandler<ChangeMessages> {
  constructor(
    private readonly decide: Decide,
    private readonly known: KnownMail,
    private readonly readState: ReadState,
    private readonly folders: ServerFolders,
  ) {}

  /** @throws Refused 404 `folder-not-found`; 409, 404 for an account that was removed */
  async execute({ accountId, messageIds, set, caller }: ChangeMessages): Promise<Decided<Wishes>> {
    const { folderId } = set;
    const { state: owner } = await this.decide.load(accountStream(accountId), account);
    if (owner.status !== 'open') throw new Refused('account-not-found', 'not-found');
    if (folderId !== undefined) await this.requireFolder(accountId, folderId);
    const stream = wishesStream(accountId);
    let decided: Decided<Wishes> = { ...(await this.decide.load(stream, wishes)), written: 0 };
    const { seenByMe = set.seen === true ? true : undefined, ...change } = set;
    if (seenByMe !== undefined) {
      const marked = { accountId, messageIds, isRead: seenByMe };
      decided.position = laterOf(decided.position, await this.readState.mark(caller, marked, caller.origin));
    }
    if (Object.values(change).every((value) => value === undefined)) return decided;
    const isComplete = await this.known.isComplete();
    const server = owner.settings.keepServerCopies ? 'keep' : 'remove';
    for (const part of inParts(messageIds)) {
      const isSettled = decided.state.number === decided.state.settled;
      const unchanged = isComplete ? await this.unchanged(part, set, isSettled) : NONE_UNCHANGED;
      const wished = wishesOf(accountId, part, set, server, unchanged);
      const { position } = decided;
      decided = await this.decide.on(stream, wishes, caller.origin, (state) => wish(state, wished));
      decided.position = laterOf(decided.position, position);
    }
    return decided;
  }

  private async requireFolder(accountId: string, folderId: string): Promise<void> {
    if (await this.folders.has(accountId, folderId)) return;
    throw new Refused('folder-not-found', 'not-found', 'The account has no such folder. Reload the list of folders.');
  }

  /** Messages that are so already. While wishes are under way, none counts as marked. */
  private async unchanged(ids: readonly string[], { seen, flagged }: MessageChange, isSettled: boolean) {
    const marks = { ...(seen !== undefined && { seen }), ...(flagged !== undefined && { flagged }) };
    const [marked, deleted] = await Promise.all([
      isSettled && Object.keys(marks).length > 0 ? this.known.marked(ids, marks) : new Set<string>(),
      this.known.deleted(ids),
    ]);
    return { marked, deleted };
  }
}

const NONE_UNCHANGED = { marked: new Set<string>(), deleted: null };

function wishesOf(
  accountId: string,
  ids: readonly string[],
  { seen, flagged, folderId, deleted }: MessageChange,
  server: 'keep' | 'remove',
  unchanged: { marked: ReadonlySet<string>; deleted: ReadonlySet<string> | null },
): Wished[] {
  const marks: MarkedFlags = { ...(seen !== undefined && { seen }), ...(flagged !== undefined && { flagged }) };
  const unmarked = ids.filter((id) => !unchanged.marked.has(id));
  const wished: Wished[] = [];
  if (Object.keys(marks).length > 0)
    wished.push({ type: 'MessagesMarked', data: { accountId, messageIds: unmarked, set: marks } });
  if (folderId !== undefined)
    wished.push({ type: 'MessagesMoved', data: { accountId, messageIds: [...ids], folderId } });
  if (deleted !== undefined) {
    const messageIds = ids.filter((id) => unchanged.deleted?.has(id) !== deleted);
    wished.push(
      deleted
        ? { type: 'MessagesDeleted', data: { accountId, messageIds, server } }
        : { type: 'MessagesRestored', data: { accountId, messageIds } },
    );
  }
  return wished;
}
