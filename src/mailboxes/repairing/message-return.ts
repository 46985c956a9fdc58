import type { Imap } from '../../mail/servers/imap.js';
import type { PendingBlob } from '../../platform/blobs/blob-file.js';
import type { Blobs } from '../../platform/blobs/blobs.js';
import { givenMessages, unlessRefused } from '../fetching/given-messages.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import type { StoredMessage } from './stored-messages.js';

/** Larger messages are streamed to the blob store. */
const LARGE_BYTES = 2 * 1024 * 1024;
/** Raw bytes that are stored together. */
const BATCH_BYTES = 2 * 1024 * 1024;
/** Messages with the same Message-ID in one folder that are tried. */
const MOST_SAME = 10;
/** Searches by Message-ID of one run. */
const MOST_SEARCHED = 20;

interface Found {
  blob: PendingBlob;
  message: StoredMessage | undefined;
}

interface Folder {
  path: string;
  folderId: string;
}

/** Ids of messages. Others are left for a further run. */
export interface Returned {
  repaired: string[];
  /** the server does not have them */
  lost: string[];
}

/** Fetches lost bytes of messages again, over one connection to their mailbox. Only bytes with the hash are stored. */
export class MessageReturn {
  private readonly left: Map<string, StoredMessage>;

  /**
   * @param folderIdAt id of the folder with this path
   * @param mailbox number of the mailbox (`OpenAccount.mailbox`)
   */
  constructor(
    private readonly imap: Imap,
    private readonly blobs: Blobs,
    private readonly folderIdAt: (path: string) => string,
    private readonly mailbox: number,
    messages: readonly StoredMessage[],
    private readonly signal: AbortSignal,
  ) {
    this.left = new Map(messages.map((message) => [message.id, message]));
  }

  /** @throws MailServerFailure, BlobStoreFull */
  async run(): Promise<Returned> {
    const all = [...this.left.keys()];
    const folders = (await this.imap.folders())
      .filter(({ selectable }) => selectable)
      .map(({ path }) => ({ path, folderId: this.folderIdAt(path) }));
    for (const folder of folders) await this.fromPlaces(folder);
    const searched = [...this.left.values()].slice(0, MOST_SEARCHED);
    for (const folder of folders) await this.bySearch(folder, searched);
    return {
      repaired: all.filter((id) => !this.left.has(id)),
      lost: searched.flatMap(({ id }) => (this.left.has(id) ? [id] : [])),
    };
  }

  /** By the UIDs on record, if the UIDVALIDITY is still the same (RFC 9051 §2.3.1.1). */
  private async fromPlaces({ path, folderId }: Folder): Promise<void> {
    const here = [...this.left.values()].flatMap((message) =>
      message.places.filter((place) => place.folderId === folderId).map((place) => ({ message, place })),
    );
    if (here.length === 0) return;
    this.signal.throwIfAborted();
    const uidValidity = uidValidityOf(this.mailbox, (await this.imap.open(path)).uidValidity);
    const byUid = new Map(
      here.filter(({ place }) => place.uidValidity === uidValidity).map(({ message, place }) => [place.uid, message]),
    );
    await this.take([...byUid.keys()], (uid) => byUid.get(uid));
  }

  private async bySearch({ path }: Folder, messages: readonly StoredMessage[]): Promise<void> {
    const wanted = messages.filter(({ id, header }) => header !== null && this.left.has(id));
    if (wanted.length === 0) return;
    await this.imap.open(path);
    for (const message of wanted) {
      this.signal.throwIfAborted();
      const uids = (await this.imap.withMessageId(message.header!)).slice(-MOST_SAME);
      await this.take(uids, () => (this.left.has(message.id) ? message : undefined));
    }
  }

  private async take(uids: number[], wantedAt: (uid: number) => StoredMessage | undefined): Promise<void> {
    if (uids.length === 0) return;
    const sizes = await this.imap.sizes(uids);
    const batch: Found[] = [];
    let bytes = 0;
    for await (const { uid, source } of givenMessages(
      this.imap,
      uids.filter((one) => isSmall(sizes.get(one))),
    )) {
      batch.push({ blob: await this.blobs.write(source), message: wantedAt(uid) });
      bytes += source.length;
      if (bytes < BATCH_BYTES) continue;
      await this.store(batch.splice(0));
      bytes = 0;
    }
    await this.store(batch);
    for (const [uid, size] of sizes)
      if (!isSmall(size))
        await unlessRefused(this.imap, async () => {
          const blob = await this.blobs.write(this.imap.body(uid, size));
          await this.store([{ blob, message: wantedAt(uid) }]);
        });
  }

  private async store(found: readonly Found[]): Promise<void> {
    const wanted = found.flatMap(({ blob, message }) => (message?.hash === blob.hash ? [{ blob, message }] : []));
    const others = found.filter(({ blob, message }) => message?.hash !== blob.hash);
    await Promise.all(others.map(({ blob }) => this.blobs.discard(blob)));
    await this.blobs.keep(wanted.map(({ blob, message }) => ({ blob, name: message.id, key: message.key })));
    for (const { message } of wanted) this.left.delete(message.id);
  }
}

const isSmall = (size: number | undefined): boolean => size !== undefined && size < LARGE_BYTES;
