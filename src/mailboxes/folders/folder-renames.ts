import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Imap } from '../../mail/servers/imap.js';
import type { FolderStatus } from '../../mail/servers/imap-status.js';
import { messageStream } from '../../messages/message.events.js';
import { Decide } from '../../platform/commands/decide.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { cursor } from '../cursor.fold.js';
import type { KnownFolder } from '../folders.fold.js';
import { cursorStream } from '../mailbox.events.js';
import type { PlacementRow } from '../placing/placements.js';
import { FolderLooks } from '../looking/folder-looks.js';
import { Places } from '../placing/places.js';
import { uidValidityOf } from './cursor.decider.js';
import type { SeenFolder } from './folder.decider.js';
import { withRelatives } from './renamed-relatives.js';

const READ_SIDE_BY_SIDE = 16;
/** Messages that are compared at each end of a folder. */
const SAMPLES = 5;
/** Folders with one UIDVALIDITY that are compared with a new one. */
const MOST_CANDIDATES = 5;

/** `uidNext`: of a folder that was never fetched. */
type Candidate = KnownFolder & { uidValidity: string; uidNext: number | null };

interface Sample {
  uid: number;
  /** Message-ID; null: none, or erased */
  header: string | null;
  size: number;
}

/** Recognises renamed folders by their UIDVALIDITY and their messages. */
@Injectable()
export class FolderRenames {
  private readonly limit = pLimit(READ_SIDE_BY_SIDE);

  constructor(
    private readonly decide: Decide,
    private readonly places: Places,
    private readonly looks: FolderLooks,
    private readonly log: FactLog,
  ) {}

  /**
   * @param vanished folders on record that the server no longer lists
   * @param appeared listed folders that are not on record
   * @param mailbox number of the mailbox (`OpenAccount.mailbox`)
   * @returns ids of renamed folders, by their new path
   */
  async among(
    imap: Imap,
    vanished: readonly KnownFolder[],
    appeared: readonly SeenFolder[],
    mailbox: number,
  ): Promise<Map<string, string>> {
    const renamed = new Map<string, string>();
    if (vanished.length === 0 || appeared.length === 0) return renamed;
    const paths = appeared.filter(({ selectable }) => selectable).map(({ path }) => path);
    const statuses = await imap.statuses(paths);
    const candidates = await this.byUidValidity(vanished);
    const taken = new Set<string>();
    for (const path of paths) {
      const status = statuses.get(path);
      if (!status) continue;
      const same = (candidates.get(uidValidityOf(mailbox, status.uidValidity)) ?? []).filter(
        ({ id }) => !taken.has(id),
      );
      for (const candidate of same.slice(0, MOST_CANDIDATES)) {
        if (!(await this.isSame(imap, candidate, path, status, same.length === 1))) continue;
        renamed.set(path, candidate.id);
        taken.add(candidate.id);
        break;
      }
    }
    const unknown = [...vanished].filter(({ id }) => ![...candidates.values()].flat().some((each) => each.id === id));
    return withRelatives(renamed, vanished, unknown, appeared);
  }

  private async byUidValidity(vanished: readonly KnownFolder[]): Promise<Map<string, Candidate[]>> {
    const candidates = await Promise.all(
      vanished.map((each) =>
        this.limit(async () => {
          const { state } = await this.decide.load(cursorStream(each.id), cursor);
          if (state.uidValidity !== null) return { ...each, uidValidity: state.uidValidity, uidNext: null };
          const look = await this.looks.last(each.id);
          return { ...each, uidValidity: look?.uidValidity ?? null, uidNext: look?.uidNext ?? null };
        }),
      ),
    );
    const found = candidates.filter((each): each is Candidate => each.uidValidity !== null);
    return Map.groupBy(found, ({ uidValidity }) => uidValidity);
  }

  /**
   * Without messages on record, a folder is the same if no other has its UIDVALIDITY, and it is empty, or its UIDs go
   * on from those of a folder that was never fetched.
   */
  private async isSame(
    imap: Imap,
    { id: folderId, uidValidity, uidNext: seenUidNext }: Candidate,
    path: string,
    { exists, uidNext }: FolderStatus,
    isOnly: boolean,
  ): Promise<boolean> {
    const rows = await this.places.atEnds({ folderId, uidValidity }, SAMPLES);
    const goesOn = seenUidNext !== null && seenUidNext > 1 && uidNext >= seenUidNext;
    if (rows.length === 0) return isOnly && (exists === 0 || goesOn);
    const samples = (await Promise.all(rows.map((row) => this.limit(() => this.sampleOf(row))))).flat();
    await imap.open(path);
    const byUid = new Map(samples.map((sample) => [sample.uid, sample]));
    const listed = await imap.sentFields([...byUid.keys()]);
    return (
      listed.length > 0 &&
      listed.every(({ uid, size, header }) => {
        const sample = byUid.get(uid);
        return sample && (sample.header === null ? sample.size === size : header.includes(sample.header));
      })
    );
  }

  private async sampleOf({ uid, messageId }: PlacementRow): Promise<Sample[]> {
    for await (const { data } of this.log.read(messageStream(messageId), { limit: 1 })) {
      const { header, size } = data as { header?: string | null; size?: number };
      if (size !== undefined) return [{ uid, header: header ?? null, size }];
    }
    return [];
  }
}
