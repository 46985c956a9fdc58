import { Inject, Injectable } from '@nestjs/common';
import type { Imap } from '../../mail/servers/imap.js';
import { contains } from '../../mail/servers/uid-set.js';
import { flagsOf } from '../../messages/imap-flags.js';
import type { Origin } from '../../platform/commands/decide.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { reached } from '../../platform/steps.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import type { FolderRole } from '../mailbox.events.js';
import type { ChangeCause, PlacedMessage, Shelf } from '../places.events.js';
import { type LeftCause, Places } from '../placing/places.js';
import { PendingWishes } from '../wishes/pending-wishes.js';
import { type FolderLook, FolderLooks } from './folder-looks.js';
import { reconcile, type Shown } from './reconcile.js';
import { isComparedAgain, isSameStatus, type OpenedFolder, type Strategy, strategyOf } from './strategy.js';

/** `comparedAt` of a folder without a look. */
const NEVER = new Date(0);

/** Messages that left a folder. They are recorded once all folders were looked at: they may lie in another one now. */
export interface Left extends Shelf {
  accountId: string;
  cause: LeftCause;
  places: readonly PlacedMessage[] | 'all';
}

/** An open folder that is compared. */
export interface Compared extends Shelf {
  accountId: string;
  path: string;
  opened: OpenedFolder;
  fetchSince: string | null;
  last: FolderLook | undefined;
  way: Strategy;
}

/** Compares the messages of a folder on record with those of the server: their flags, and whether they are there. */
@Injectable()
export class FolderComparison {
  constructor(
    private readonly looks: FolderLooks,
    private readonly places: Places,
    private readonly wishes: PendingWishes,
    @Inject(PLATFORM) private readonly platform: Pick<Platform, 'logger'>,
  ) {}

  /**
   * Ids of the folders of which STATUS shows no change since the last look. The inbox is among them only if the server
   * tells changed flags.
   */
  async unchanged(
    imap: Pick<Imap, 'statuses'>,
    accountId: string,
    folders: readonly { folderId: string; path: string; role: FolderRole }[],
    { mailbox, fetchSince }: { mailbox: number; fetchSince: string | null },
  ): Promise<Set<string>> {
    const looks = await this.looks.ofAccount(accountId);
    const known = folders.filter(({ folderId, role }) => {
      const last = looks.get(folderId);
      if (!last || isComparedAgain(last, new Date())) return false;
      if (role !== 'trash' && role !== 'junk' && last.fetchSince !== fetchSince) return false;
      return role !== 'inbox' || last.highestModseq !== null;
    });
    const statuses = await imap.statuses(known.map(({ path }) => path));
    const same = known.filter(({ folderId, path }) => {
      const status = statuses.get(path);
      const uidValidity = status && uidValidityOf(mailbox, status.uidValidity);
      return status && isSameStatus(looks.get(folderId)!, { ...status, uidValidity: uidValidity! });
    });
    return new Set(same.map(({ folderId }) => folderId));
  }

  async begin(
    imap: Pick<Imap, 'abilities'>,
    folder: Shelf & { accountId: string; path: string; fetchSince: string | null },
    opened: OpenedFolder,
  ): Promise<Compared> {
    const { accountId, folderId, uidValidity, path, fetchSince } = folder;
    const last = await this.looks.last(folderId);
    const way = strategyOf(last, { ...opened, uidValidity }, imap.abilities, new Date());
    if (way.strategy !== 'none')
      this.platform.logger.debug({ accountId, path, ...way }, 'changes of a folder are looked for');
    return { accountId, folderId, uidValidity, path, opened, fetchSince, last, way };
  }

  /**
   * Records changed flags of the open folder. Returns the messages that left it.
   * @param listed all UIDs on the server; null: they may be more
   */
  async compare(
    imap: Pick<Imap, 'flags'>,
    compared: Compared,
    listed: readonly number[] | null,
    origin: Origin,
  ): Promise<Left[]> {
    const { accountId, folderId, uidValidity, last, way } = compared;
    const where = { accountId, folderId, uidValidity };
    const left: Left[] = await this.otherMailboxes(compared);
    if (way.strategy === 'none') return left;
    await this.places.known();
    const cause: ChangeCause = last ? 'server' : 'first-comparison';
    const shown = await this.shown(imap, compared, listed);
    const base = shown.isComplete
      ? await this.places.base(where)
      : await this.places.at(where, [...shown.flags.keys()]);
    const changes = reconcile(base, await this.wishes.marks(accountId), shown);
    await this.places.changeFlags(where, cause, changes.flags, origin);
    reached('look.flags-recorded');
    if (changes.left.length > 0) left.push({ ...where, cause, places: changes.left });
    return left;
  }

  /** The next look begins with this state. */
  async end({ accountId, folderId, uidValidity, opened, fetchSince, last, way }: Compared): Promise<void> {
    const { uidNext, exists, highestModseq } = opened;
    const comparedAt = way.strategy === 'plain' || !last ? new Date() : last.comparedAt;
    if (way.strategy === 'none' && last?.fetchSince === fetchSince) return;
    const look = { folderId, uidValidity, uidNext, exists, highestModseq, fetchSince, comparedAt };
    await this.looks.save(accountId, look);
  }

  /** The next look at a folder that is gone is its first one, if it returns. */
  async forget(folderId: string): Promise<void> {
    await this.looks.forget(folderId);
  }

  /**
   * Keeps the UIDVALIDITY of folders from which no mail is fetched, so that they are recognised under another name. The
   * first look at them compares all messages.
   */
  async remember(
    imap: Pick<Imap, 'statuses'>,
    accountId: string,
    folders: readonly { folderId: string; path: string }[],
    mailbox: number,
  ): Promise<void> {
    if (folders.length === 0) return;
    const looks = await this.looks.ofAccount(accountId);
    const unknown = folders.filter(({ folderId }) => !looks.has(folderId));
    const statuses = await imap.statuses(unknown.map(({ path }) => path));
    for (const { folderId, path } of unknown) {
      const status = statuses.get(path);
      if (!status) continue;
      const { uidNext, exists } = status;
      const uidValidity = uidValidityOf(mailbox, status.uidValidity);
      const look = { folderId, uidValidity, uidNext, exists, highestModseq: null, fetchSince: null };
      await this.looks.save(accountId, { ...look, comparedAt: NEVER });
    }
  }

  /** Places under another UIDVALIDITY, or in the mailbox of an earlier server. */
  private async otherMailboxes({ accountId, folderId, uidValidity, last }: Compared): Promise<Left[]> {
    if (last?.uidValidity === uidValidity) return [];
    const others = (await this.places.uidValidities(folderId)).filter((other) => other !== uidValidity);
    return others.map((other) => ({
      accountId,
      folderId,
      uidValidity: other,
      places: 'all',
      cause: mailboxOf(other) === mailboxOf(uidValidity) ? 'uidvalidity' : 'other-mailbox',
    }));
  }

  private async shown(
    imap: Pick<Imap, 'flags'>,
    { last, way, opened }: Compared,
    listed: readonly number[] | null,
  ): Promise<Shown & { isComplete: boolean }> {
    const since = way.strategy === 'plain' ? null : (last?.highestModseq ?? null);
    const { rows, scope, vanished } = await imap.flags(
      since === null ? {} : { since, vanished: way.strategy === 'qresync' },
    );
    const flags = new Map(rows.map(({ uid, flags: names }) => [uid, flagsOf(names)]));
    const there = listed && new Set(scope === 'all' ? [...listed, ...flags.keys()] : listed);
    const isSameCount = last?.exists === opened.exists && last.uidNext === opened.uidNext;
    return {
      flags,
      isComplete: scope === 'all' || !isSameCount,
      isGone: (uid) => (vanished ? contains(vanished, uid) && !flags.has(uid) : there !== null && !there.has(uid)),
    };
  }
}

/** Number of the mailbox in a UIDVALIDITY (`uidValidityOf`). */
const mailboxOf = (uidValidity: string): string => uidValidity.split('/')[1] ?? '0';
