import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { presetLimits, type SendingLimits } from '../../mail/detection/sending-limits.js';
import { inTransaction, poolOf } from '../../platform/database/database.js';
import { countWithin, type Slot, slotOf, type Span, SPANS, whenFree } from './sliding-window.js';

export type { SendingLimits } from '../../mail/detection/sending-limits.js';

/** `own`: a person wrote it · `bulk`: a mailing, which leaves a reserve for people */
export type SendKind = 'own' | 'bulk';

export type Taken =
  | { ok: true; at: Date }
  | { ok: false; notBefore: Date; why: 'limit-per-minute' | 'limit-per-hour' | 'limit-per-day' | 'server-slows-down' };

interface AccountToSend {
  address: string;
  outgoing: { host: string };
  /** null: the preset of the provider */
  limits: { perMinute: number | null; perHour: number | null; perDay: number | null };
}

/** Share of each limit that mailings may use. */
const BULK_SHARE = 0.8;
/** A pace that a server asked for doubles in each of these, until it is that of the limits again. */
const RECOVERS_MS = 15 * 60_000;
/** Answers within this time come from mails that left side by side. */
const ONE_ANSWER_MS = 60_000;
const CLEARED_EVERY_MS = 10 * 60_000;

/** The limits of an account: its own settings, and the preset of its provider where they say nothing. */
export function limitsOf({ address, outgoing, limits }: AccountToSend): SendingLimits {
  const preset = presetLimits(outgoing.host, address);
  return {
    perMinute: limits.perMinute ?? preset.perMinute,
    perHour: limits.perHour ?? preset.perHour,
    perDay: limits.perDay ?? preset.perDay,
  };
}

/** An answer about the pace (RFC 3463 §3.8), not about this recipient or the number of recipients. */
export const asksForLess = ({ code, enhanced }: { code: number; enhanced: string | null }): boolean =>
  enhanced?.startsWith('4.7.') || ([421, 450, 452].includes(code) && enhanced !== '4.2.2' && enhanced !== '4.5.3');

/** Counts the mails of each account over all processes and restarts, by the clock of the database. */
@Injectable()
export class SendLimits {
  private clearedAt = -Infinity;

  constructor(private readonly database: DataSource) {}

  /** Takes `count` mails, one for each recipient, from all limits of the account, or from none. */
  async take(accountId: string, limits: SendingLimits, count: number, kind: SendKind): Promise<Taken> {
    await this.clearSometimes();
    return this.alone(accountId, async (client, pace) => {
      const slots = await slotsOf(client, accountId);
      for (const span of SPANS) {
        const { limit, isSlowed } = limitFor(span, limits, pace, kind);
        const free = whenFree(span, slots.get(span.name) ?? [], { limit, count, now: pace.now });
        if (free !== null)
          return {
            ok: false,
            notBefore: new Date(free),
            why: isSlowed ? 'server-slows-down' : `limit-per-${span.name}`,
          };
      }
      await add(client, accountId, count, pace.now);
      return { ok: true, at: new Date(pace.now) };
    });
  }

  /** Gives back mails that did not leave. @param at of the answer of `take` */
  async giveBack(accountId: string, count: number, at: Date): Promise<void> {
    await this.alone(accountId, (client) => add(client, accountId, -count, at.getTime()));
  }

  /**
   * Halves the pace if the answer asks for it (`asksForLess`). The pace then doubles every 15 minutes.
   * @returns whether the answer asked for it
   */
  async yielded(
    accountId: string,
    limits: SendingLimits,
    reply: { code: number; enhanced: string | null },
  ): Promise<boolean> {
    if (!asksForLess(reply)) return false;
    await this.alone(accountId, async (client, pace) => {
      if (pace.yieldedAt !== null && Math.abs(pace.now - pace.yieldedAt) < ONE_ANSWER_MS) return;
      const [minute] = SPANS as [Span];
      const sent = countWithin(minute, (await slotsOf(client, accountId)).get('minute') ?? [], pace.now);
      const { limit } = limitFor(minute, limits, pace, 'own');
      const half = Math.max(1, Math.floor(Math.min(limit, Math.max(sent, 2)) / 2));
      await client.query('update sending_paces set per_minute = $2, yielded_at = $3 where account_id = $1', [
        accountId,
        half,
        new Date(pace.now),
      ]);
    });
    return true;
  }

  /** Runs `work` while no other process counts for this account. */
  private alone<T>(accountId: string, work: (client: pg.PoolClient, pace: Pace) => Promise<T>): Promise<T> {
    return inTransaction(poolOf(this.database), async (client) => {
      const { rows } = await client.query<{ per_minute: number | null; yielded_at: Date | null }>(
        `insert into sending_paces (account_id) values ($1)
         on conflict (account_id) do update set account_id = excluded.account_id
         returning per_minute, yielded_at`,
        [accountId],
      );
      const { rows: clock } = await client.query<{ now: Date }>('select clock_timestamp() as now');
      const { per_minute: perMinute, yielded_at: yieldedAt } = rows[0]!;
      return work(client, { perMinute, yieldedAt: yieldedAt?.getTime() ?? null, now: clock[0]!.now.getTime() });
    });
  }

  private async clearSometimes(): Promise<void> {
    if (performance.now() - this.clearedAt < CLEARED_EVERY_MS) return;
    this.clearedAt = performance.now();
    await poolOf(this.database).query(`delete from sent_counts where slot < now() - interval '2 days'`);
  }
}

interface Pace {
  perMinute: number | null;
  yieldedAt: number | null;
  now: number;
}

const PER = { minute: 'perMinute', hour: 'perHour', day: 'perDay' } as const;

function limitFor(span: Span, limits: SendingLimits, pace: Pace, kind: SendKind): { limit: number; isSlowed: boolean } {
  const full = limits[PER[span.name]];
  const slowed = span.name === 'minute' ? slowedLimit(pace) : Infinity;
  const limit = Math.min(full, slowed);
  return { limit: kind === 'own' ? limit : Math.max(1, Math.floor(limit * BULK_SHARE)), isSlowed: slowed < full };
}

function slowedLimit({ perMinute, yieldedAt, now }: Pace): number {
  if (perMinute === null || yieldedAt === null) return Infinity;
  return perMinute * 2 ** Math.floor(Math.abs(now - yieldedAt) / RECOVERS_MS);
}

async function slotsOf(client: pg.PoolClient, accountId: string): Promise<Map<string, Slot[]>> {
  const { rows } = await client.query<{ span: string; slot: Date; count: number }>(
    'select span, slot, count from sent_counts where account_id = $1',
    [accountId],
  );
  const slots = Map.groupBy(rows, ({ span }) => span);
  return new Map([...slots].map(([span, of]) => [span, of.map(({ slot, count }) => ({ at: slot.getTime(), count }))]));
}

/** Adds to the slots of `at`, never below zero. */
async function add(client: pg.PoolClient, accountId: string, count: number, at: number): Promise<void> {
  await client.query(
    `insert into sent_counts (account_id, span, slot, count)
     select $1, span, slot, greatest(0, $4) from unnest($2::text[], $3::timestamptz[]) as given (span, slot)
     on conflict (account_id, span, slot) do update set count = greatest(0, sent_counts.count + $4)`,
    [accountId, SPANS.map(({ name }) => name), SPANS.map((span) => new Date(slotOf(span, at))), count],
  );
}
