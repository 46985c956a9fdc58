import { HttpException, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { safeContentType, safeFilename } from '../mail/writing/file-names.js';
import { Blobs, BlobStoreFull } from '../platform/blobs/blobs.js';
import { inTransaction, poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { random, seal, unseal } from '../platform/secrets/sealing.js';

export const MOST_BYTES = 50 * 1024 * 1024;
/** Of one person, with the files of that person's drafts. */
const MOST_FILES_OF_ONE = 500;
const MOST_BYTES_OF_ONE = 1024 * 1024 * 1024;
const KEPT_HOURS = 24;
/** A request that is older has ended, or its process was killed. */
const UNFINISHED_HOURS = 1;
const REMOVED_AT_ONCE = 100;

export interface Upload {
  id: string;
  filename: string;
  contentType: string;
  /** octets */
  size: number;
}

export type OpenedUpload = Upload & {
  /** of the bytes, hex */
  sha256: string;
  /** id of the draft that keeps the file; null: none */
  heldBy: string | null;
  /** verifies the whole file, then streams it. @throws BlobMissing, BlobDamaged */
  content: () => Promise<Readable>;
};

interface Row {
  id: string;
  wrapped: Buffer;
  described: Buffer;
  hash: string;
  size: string;
  held_by: string | null;
}

/**
 * Files of people that wait to be sent, encrypted in the blob store, where every process finds them. A row is written
 * before the bytes, and completed after them: a killed request leaves a row without a hash, which the sweep removes.
 */
@Injectable()
export class Uploads {
  private readonly pool: pg.Pool;

  constructor(
    database: DataSource,
    private readonly blobs: Blobs,
    private readonly master: MasterKey,
  ) {
    this.pool = poolOf(database);
  }

  /**
   * Takes in a file while it arrives, with one chunk in memory.
   * @param declared octets that the sender announces; null: unknown
   * @throws HttpException 413; Refused 409 `too-many-uploads`, 503 `storage-full`; any error of `body`
   */
  async receive(
    owner: string,
    { filename, contentType, declared }: { filename: string; contentType: string; declared: number | null },
    body: AsyncIterable<Buffer>,
  ): Promise<Upload> {
    if ((declared ?? 0) > MOST_BYTES) throw tooLarge();
    const id = randomUUID().replaceAll('-', '');
    const key = random(32);
    const names = { filename: safeFilename(filename), contentType: safeContentType(contentType) };
    await this.reserve(id, owner, key, names, declared ?? MOST_BYTES);
    try {
      const blob = await this.blobs.write(bounded(body));
      await this.blobs.keep([{ blob, name: id, key }]);
      await this.pool.query('update uploads set hash = $2, size = $3 where id = $1', [id, blob.hash, blob.size]);
      return { id, ...names, size: blob.size };
    } catch (error) {
      await this.remove([id]);
      if (error instanceof BlobStoreFull)
        throw new Refused(
          'storage-full',
          'unavailable',
          'The disk of this service is full, so the file was not stored. Tell an administrator, and try again later.',
        );
      throw error;
    }
  }

  /**
   * Files that the person uploaded, or that the draft holds, in the order of `ids`.
   * @throws Refused 404 `upload-not-found` with the id of the first that is unknown, expired or of somebody else
   */
  async open(
    ids: readonly string[],
    { userId, draftId = null }: { userId: string; draftId?: string | null },
  ): Promise<OpenedUpload[]> {
    const { rows } = await this.pool.query<Row>(
      `select id, wrapped, described, hash, size, held_by from uploads
       where id = any($1) and hash is not null and (owner = $2 or held_by = $3)
         and (held_by is not null or created_at > now() - make_interval(hours => $4::int))`,
      [ids, userId, draftId, KEPT_HOURS],
    );
    return ids.map((id) => {
      const row = rows.find((each) => each.id === id);
      if (!row)
        throw new Refused(
          'upload-not-found',
          'not-found',
          'This file is no longer stored: it was sent, or a day has passed. Upload the file again.',
          { uploadId: id },
        );
      const key = this.master.unwrap(row.wrapped, id);
      const { filename, contentType } = JSON.parse(unseal(key, row.described, id).toString()) as Omit<
        Upload,
        'id' | 'size'
      >;
      const content = async (): Promise<Readable> => (await this.blobs.stream(id, key, row.hash)).content;
      return { id, filename, contentType, size: Number(row.size), sha256: row.hash, heldBy: row.held_by, content };
    });
  }

  /** One file of this person. @throws Refused 404 */
  async takeUpload(id: string, userId: string): Promise<OpenedUpload> {
    return (await this.open([id], { userId }))[0]!;
  }

  /** Id of the draft that keeps the file; null: none, or no such file. */
  async holderOf(id: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ held_by: string | null }>('select held_by from uploads where id = $1', [
      id,
    ]);
    return rows[0]?.held_by ?? null;
  }

  /** The draft keeps exactly these files; files that it no longer names wait for a day, then go. */
  async hold(draftId: string, ids: readonly string[], client: pg.Pool | pg.PoolClient = this.pool): Promise<void> {
    await client.query(
      `update uploads set held_by = case when id = any($2) then $1 end, created_at = now()
       where (held_by = $1 and id <> all($2)) or (id = any($2) and held_by is distinct from $1)`,
      [draftId, ids],
    );
  }

  /** Their message is recorded. They stay for an hour, in which a request that was cut off may be repeated. */
  async used(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.pool.query(
      `update uploads set held_by = null, created_at = now() - make_interval(hours => $2::int) where id = any($1)`,
      [ids, KEPT_HOURS - 1],
    );
  }

  /** Ends files at once. Unknown ones are no error. */
  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.blobs.remove(ids);
    await this.pool.query('delete from uploads where id = any($1)', [ids]);
  }

  /** Ends all files of drafts that are sent, discarded or erased. */
  async removeHeldBy(draftIds: readonly string[]): Promise<void> {
    const { rows } = await this.pool.query<{ id: string }>('select id from uploads where held_by = any($1)', [
      draftIds,
    ]);
    await this.remove(rows.map(({ id }) => id));
  }

  /** Ends some files that nobody used, and the remains of killed requests. @returns true if there may be more */
  async removeExpired(): Promise<boolean> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select id from uploads
       where held_by is null and created_at < now() - make_interval(hours => case when hash is null then $2::int else $1::int end)
       limit $3`,
      [KEPT_HOURS, UNFINISHED_HOURS, REMOVED_AT_ONCE],
    );
    await this.remove(rows.map(({ id }) => id));
    return rows.length === REMOVED_AT_ONCE;
  }

  /** Counts a file before its bytes come. A lock makes requests of one person wait for each other. */
  private async reserve(id: string, owner: string, key: Buffer, names: object, bytes: number): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query('select pg_advisory_xact_lock(hashtext($1))', [`uploads of ${owner}`]);
      const { rows } = await client.query<{ files: number; bytes: string }>(
        'select count(*)::int as files, coalesce(sum(size), 0) as bytes from uploads where owner = $1',
        [owner],
      );
      const { files, bytes: taken } = rows[0]!;
      if (files >= MOST_FILES_OF_ONE || Number(taken) + bytes > MOST_BYTES_OF_ONE)
        throw new Refused(
          'too-many-uploads',
          'conflict',
          'Too many files of yours wait to be sent. Send or discard drafts with files, or try again tomorrow.',
        );
      const described = seal(key, Buffer.from(JSON.stringify(names)), id);
      await client.query('insert into uploads (id, owner, wrapped, described, size) values ($1, $2, $3, $4, $5)', [
        id,
        owner,
        this.master.wrap(key, id),
        described,
        bytes,
      ]);
    });
  }
}

const tooLarge = (): HttpException =>
  new HttpException('The file is larger than 50 MB. Send a link to it instead.', 413);

async function* bounded(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw tooLarge();
    yield chunk;
  }
}
