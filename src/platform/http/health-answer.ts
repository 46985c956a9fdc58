import { HeldWorkHealth } from './held-work.js';

class FollowerFailureAnswer {
  /** Id of the fact that the follower could not handle; null when the failure has no single fact. */
  factId!: string | null;
  /** Position of that fact in the log. */
  position!: string;
  /** Error message, for the operator. */
  message!: string;
}

class FollowerRetryAnswer {
  /** Reason of the last failure, for the operator. */
  reason!: string;
  /** ISO 8601 UTC: time of the first failure since the last success. */
  since!: string;
}

export class FollowerHealth {
  /** Name of the projection or saga, with its version, such as `people@2`. */
  name!: string;
  /** Position of the last fact that the follower has handled. */
  position!: string;
  /** Distance to the end of the log, in positions: facts on PostgreSQL, bytes on EventStoreDB. */
  lag!: number;
  /** ISO 8601 UTC: last time at which the follower had no further fact to read; null before the first time. */
  atHead!: string | null;
  /** Failure that stopped the follower until the next start of the service; null while the follower runs. */
  failure!: FollowerFailureAnswer | null;
  /**
   * Position up to which the new tables of a read model are filled after an upgrade. Until they are complete, queries
   * read the tables of the earlier release, which stand at `position`, or answer 503 `read-model-being-built`. Null:
   * the tables are complete.
   */
  building!: string | null;
  /** Failed attempts of this process, which goes on trying; null: none, or the follower runs in another process. */
  retry!: FollowerRetryAnswer | null;
  /**
   * True without any progress for a minute, not even a check of the end of the log: its process hangs, or no process
   * with its role runs.
   */
  stalled!: boolean;
}

export class HelperThreadsHealth {
  /** Work of these threads of this process, such as `reading messages`. */
  name!: string;
  /** `failing`: they cannot start or hang, and are started again and again. */
  state!: 'running' | 'failing';
  /** Reason of the failure, for the operator; null while they run. */
  reason!: string | null;
  /** ISO 8601 UTC: time of the first failure; null while they run. */
  since!: string | null;
}

export class BlobsHealth {
  /** Number of messages with missing or damaged bytes, which are being fetched again from their mail servers. */
  missing!: number;
  /** Number of messages with missing or damaged bytes that no mail server has any more. */
  lost!: number;
}

export class BlobFolderHealth {
  /**
   * State of the folder of message bytes, from a small file that this request wrote: `full`: no room; `read-only`: the
   * file system or its rights refuse; `missing`: the folder is gone; `failing`: any other error, or no answer in time.
   */
  state!: 'ok' | 'full' | 'read-only' | 'missing' | 'failing';
  /** Error of the file system, for the operator; null in the state `ok`. */
  reason!: string | null;
  /** Free space in bytes; null when the file system does not tell it. */
  freeBytes!: number | null;
}

export class WorkHealth {
  /**
   * Kind of slow work, such as `fetching`. `polling`: the mail server of a watched account has no IDLE, or does not
   * report changes by it.
   */
  name!: string;
  /** Number of accounts with such work in progress, over all processes. */
  running!: number;
  /** Number of accounts with paused work; it goes on by itself after the outage. */
  paused!: number;
  /** Reasons of the pauses, stable words in kebab case, such as `log-not-answering` or `disk-full`. */
  reasons!: string[];
}

export class Liveness {
  /** Always `live`: the process answers requests. */
  status!: 'live';
}

export class Readiness {
  /**
   * `ready`; `degraded`: the service works, but a follower has stopped, stalls or retries, a read model is being built,
   * helper threads fail, the folder of messages takes none, or work pauses or is held; `not-ready`: a part does not
   * answer.
   */
  status!: 'ready' | 'degraded' | 'not-ready';
  /** State of the `database` and of the `log`, by name of the part. */
  parts!: Record<string, 'ok' | 'not-answering'>;
  /** Position of the last fact in the log; null when the log does not answer. */
  head!: string | null;
  /** Progress of each follower of the log; empty when a part does not answer. */
  followers!: FollowerHealth[];
  /** State of the helper threads of this process. */
  threads!: HelperThreadsHealth[];
  /** Known damage of the message store; null when the database does not answer. */
  blobs!: BlobsHealth | null;
  /** State of the folder of message bytes. */
  blobFolder!: BlobFolderHealth;
  /** Slow work in progress, by kind; empty when the database does not answer. */
  work!: WorkHealth[];
  /** Work that waits for an administrator; empty when none does, or when the log does not answer. */
  held!: HeldWorkHealth[];
}
