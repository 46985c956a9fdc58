import { IsIn, IsOptional, Length, Matches } from 'class-validator';
import { factShapes } from '../../src/all.events.js';
import { IsDayOrTime } from '../../src/platform/http/day-or-time.js';

export class AuditParameters {
  /** Only facts after this position: `position` of the last line that the caller has. */
  @IsOptional()
  @Matches(/^\d{20}$/, { message: 'must be a position: 20 digits' })
  from?: string;

  /** Only facts of this stream, such as `account-<id>`. */
  @IsOptional()
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  stream?: string;

  /** Only facts of this type, such as `AccessGranted`. */
  @IsOptional()
  @IsIn(Object.keys(factShapes), { message: 'must be a fact type, such as AccessGranted' })
  type?: string;

  /** Only facts by this author: `user:<id>`, `token:<id>`, `system`, or the id alone. */
  @IsOptional()
  @Length(1, 200, { message: 'must have 1 to 200 characters' })
  by?: string;

  /** Only facts from this time or day (UTC) on. */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** Only facts before this time, or up to the end of this day (UTC). */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

/** Author, cause and time of a fact. */
class AuditedMetadata {
  /** Author: `user:<id>`, `token:<id>` or `system`. */
  by!: string;
  /** Way in: `web`, `api:<token name>`, the name of a saga, or `mail-worker`. */
  via!: string;
  /** ISO 8601 UTC. */
  at!: string;
  /** Id that all facts from one request share. */
  correlationId!: string;
  /** Id of the fact or request that caused this fact; null for a first cause. */
  causationId!: string | null;
  /** Version of the shape of `data`. */
  v!: number;
  /** Id of the data key of the sealed fields; absent without sealed fields. */
  key?: string;
}

/** One line: a fact as it is stored. */
export class AuditedFact {
  /** Position in the log. */
  position!: string;
  /** Stream of the fact. */
  stream!: string;
  /** Revision within the stream, from 0. */
  revision!: number;
  /** UUID of the fact. */
  id!: string;
  /** Type of the fact. */
  type!: string;
  /** Author, cause and time. */
  metadata!: AuditedMetadata;
  /** Fields of the fact in the shape of their version; `$sealed` is the ciphertext of the personal fields. */
  data!: object;
}
