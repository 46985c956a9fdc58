import { Injectable } from '@nestjs/common';
import type { FlagRow } from '../../mail/servers/imap-flags.js';
import type { Imap } from '../../mail/servers/imap.js';
import { flagsOf } from '../../messages/imap-flags.js';
import { KnownByHeader } from '../../messages/known-by-header.js';
import type { Origin } from '../../platform/commands/decide.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import type { Shelf } from '../places.events.js';
import { Places } from '../placing/places.js';
import { type Compared, FolderComparison, type Left } from './folder-comparison.js';

/** Messages of which one look reads the fields that tell one from another: the newest. */
const MOST_READ = 20_000;
const READ_AT_ONCE = 500;

/**
 * Finds messages on record in a folder that is not fetched: the trash and the junk of the server. They are compared by
 * Message-ID, From and Date without their bodies. Such a match hides nothing: it tells the place of a message.
 */
@Injectable()
export class UnfetchedFolder {
  constructor(
    private readonly comparison: FolderComparison,
    private readonly places: Places,
    private readonly known: KnownByHeader,
  ) {}

  async look(
    imap: Imap,
    { accountId, folderId, path, mailbox }: { accountId: string; folderId: string; path: string; mailbox: number },
    origin: Origin,
  ): Promise<{ left: Left[]; end(): Promise<void> }> {
    const opened = await imap.open(path);
    const uidValidity = uidValidityOf(mailbox, opened.uidValidity);
    const folder = { accountId, folderId, path, uidValidity, fetchSince: null };
    const compared = await this.comparison.begin(imap, folder, opened);
    const end = (): Promise<void> => this.comparison.end(compared);
    if (compared.way.strategy === 'none') return { left: [], end };
    const all = await imap.flags();
    await this.place(imap, compared, all.rows, origin);
    const listed = all.rows.map(({ uid }) => uid);
    const flags = { flags: () => Promise.resolve(all) };
    return { left: await this.comparison.compare(flags, compared, listed, origin), end };
  }

  /** Places messages that came to the folder since the last look. */
  private async place(imap: Imap, compared: Compared, rows: readonly FlagRow[], origin: Origin): Promise<void> {
    const { last, uidValidity } = compared;
    const seenBefore = last?.uidValidity === uidValidity ? last.uidNext : 0;
    const fresh = rows.filter(({ uid }) => uid >= seenBefore).slice(-MOST_READ);
    for (let at = 0; at < fresh.length; at += READ_AT_ONCE)
      await this.placeSome(imap, compared, fresh.slice(at, at + READ_AT_ONCE), origin);
  }

  private async placeSome(
    imap: Imap,
    { accountId, folderId, uidValidity }: Shelf & { accountId: string },
    rows: readonly FlagRow[],
    origin: Origin,
  ): Promise<void> {
    const flags = new Map(rows.map((row) => [row.uid, flagsOf(row.flags)]));
    const fields = await imap.sentFields(rows.map(({ uid }) => uid));
    const ids = await this.known.find(
      accountId,
      fields.map(({ header }) => header),
    );
    const found = fields.flatMap(({ uid }, n) => {
      const messageId = ids[n]!;
      return messageId === null ? [] : [{ messageId, uid, ...flags.get(uid)! }];
    });
    await this.places.place({ accountId, folderId, uidValidity }, null, found, origin);
  }
}
