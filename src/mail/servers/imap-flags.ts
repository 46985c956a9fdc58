import { keptFlags } from './flag-names.js';
import { abilitiesOf } from './imap-abilities.js';
import { isUid, itemOf, textOf, uidSet, word } from './imap-commands.js';
import { type ImapConnection, MAX_ANSWER_BYTES } from './imap-connection.js';
import { internalsOf, type UntaggedResponse, vanishedOf } from './imap-internals.js';
import { MAX_MESSAGES, tooMany } from './imap-uids.js';
import { contains, type Range, union } from './uid-set.js';

export interface FlagRow {
  uid: number;
  /** without `\Recent`; rows with equal flags share one array */
  flags: readonly string[];
}

export interface ListedFlags {
  /** ascending by UID, each once */
  rows: FlagRow[];
  /** `all`: every message of the folder has a row · `changed`: only those that changed since the mod-sequence */
  scope: 'all' | 'changed';
  /** UIDs that vanished since the mod-sequence, perhaps more; null: not known, so compare the UIDs */
  vanished: Range[] | null;
  /** the `since` of the next look: the one that the server told when the folder was opened; null: it has none */
  highestModseq: bigint | null;
}

export interface FlagsAsked {
  /** mod-sequence of an earlier look at this folder under the same UIDVALIDITY; absent, or not known here: all rows */
  since?: bigint;
  /** also the UIDs that vanished since then */
  vanished?: boolean;
}

/** Bytes of the answer for each message, on average, beside those of any answer. */
const ROW_BYTES = 300;
const UNASKED_ROWS = 50_000;
const MAX_RANGES = 1_000_000;
const EVERY_UID = '1:4294967295';

/** The flags of the open folder. @throws MailServerFailure, also `too-many-messages` after closing the connection */
export async function listFlags(
  connection: ImapConnection,
  highestModseq: bigint | null,
  { since, vanished = false }: FlagsAsked,
): Promise<ListedFlags> {
  const { condstore, qresync } = abilitiesOf(connection.client);
  // A folder may have no mod-sequences although its server has CONDSTORE (NOMODSEQ).
  const after = since !== undefined && condstore && highestModseq !== null ? since : undefined;
  const asksVanished = vanished && qresync && after !== undefined;
  // imapflow may count a folder as empty although mail has arrived; NOOP makes the server report the new count.
  if (existing(connection) === 0) await connection.command('NOOP', [], {});
  const exists = existing(connection);
  if (exists > MAX_MESSAGES && after === undefined) throw tooMany();
  const taken = new TakenFlags();
  // Some servers refuse FETCH in an empty folder.
  if (exists > 0 || asksVanished) {
    const modifiers =
      after === undefined
        ? []
        : [[word('CHANGEDSINCE'), word(String(after)), ...(asksVanished ? [word('VANISHED')] : [])]];
    // `*` is the last message that exists, and mail that vanished may have had a higher UID.
    const set = uidSet(asksVanished ? EVERY_UID : '1:*');
    const maxBytes = MAX_ANSWER_BYTES + Math.min(exists, MAX_MESSAGES) * ROW_BYTES;
    const on = {
      FETCH: (row: UntaggedResponse) => taken.row(row),
      VANISHED: (row: UntaggedResponse) => {
        void internalsOf(connection.client).untaggedVanished(row);
        taken.gone(row);
      },
    };
    await connection.command('UID FETCH', [set, [word('UID'), word('FLAGS')], ...modifiers], on, maxBytes);
  }
  return {
    rows: taken.rows(),
    scope: after === undefined ? 'all' : 'changed',
    vanished: asksVanished ? taken.vanished() : null,
    highestModseq,
  };
}

const existing = ({ client }: ImapConnection): number => (client.mailbox ? client.mailbox.exists : 0);

/** Rows as they arrive. Most messages have one of a few sets of flags, so each set is kept once. */
class TakenFlags {
  private readonly taken: FlagRow[] = [];
  private readonly sets = new Map<string, readonly string[]>();
  private ranges: Range[] = [];
  private areAllReadable = true;
  private isAscending = true;

  row({ attributes = [] }: UntaggedResponse): void {
    const items = attributes[1];
    const uid = Number(textOf(itemOf(items, 'UID')));
    const flags = itemOf(items, 'FLAGS');
    // Without a UID the row tells of a change that somebody makes meanwhile; the next look finds it.
    if (!isUid(uid) || !Array.isArray(flags)) return;
    if (this.taken.length >= MAX_MESSAGES + UNASKED_ROWS) throw tooMany();
    if (uid <= (this.taken.at(-1)?.uid ?? 0)) this.isAscending = false;
    this.taken.push({ uid, flags: this.shared(flags.map((flag) => textOf(flag) ?? '')) });
  }

  gone(response: UntaggedResponse): void {
    const found = vanishedOf(response);
    if (!found) this.areAllReadable = false;
    for (const range of found?.uids ?? []) this.ranges.push(range);
    if (this.ranges.length > MAX_RANGES) throw tooMany();
  }

  /**
   * The latest row of each UID. Messages that vanished are left out: Dovecot shows messages that another program
   * expunges meanwhile, and reports them as vanished in the same answer.
   */
  rows(): FlagRow[] {
    const rows = this.isAscending ? this.taken : [...new Map(this.taken.map((row) => [row.uid, row])).values()];
    if (!this.isAscending) rows.sort((a, b) => a.uid - b.uid);
    const gone = union(this.ranges, []);
    return gone.length === 0 ? rows : rows.filter(({ uid }) => !contains(gone, uid));
  }

  /** Null after a line that cannot be read. */
  vanished(): Range[] | null {
    return this.areAllReadable ? union(this.ranges, []) : null;
  }

  private shared(flags: string[]): readonly string[] {
    const key = flags.join(' ');
    let set = this.sets.get(key);
    if (!set) this.sets.set(key, (set = Object.freeze(keptFlags(flags.filter(Boolean)))));
    return set;
  }
}
