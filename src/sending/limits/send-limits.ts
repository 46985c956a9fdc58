import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { presetLimits, type SendingLimits } from '../../mail/detection/sending-limits.js';
import { inTransaction, poolOf } from '../../platform/database/database.js';
import { together } from '../../platform/together.js';
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

/**
 * An answer about the pace (RFC 3463 §3.8), not about this recipient or the number of recipients. Microsoft 365 answers
 * 432 to too many messages of one mailbox at once.
 */
export const asksForLess = ({ code, enhanced }: { code: number; enhanced: string | null }): boolean =>
  enhanced?.startsWith('4.7.') || ([421, 432, 450, 452].includes(code) && enhanced !== '4.2.2' && enhanced !== '4.5.3');

/** Counts the mails of each account over all processes and restarts, by the clock of the database. */
@Injectable()
export class SendLimits {
  private clearedAt = -Infinity;

  constructor(private readonly database: DataSource) {}

  /**
   * Takes `count` mails, one for each recipient, from all limits of the account, or from none. Messages that wait at
   * the same moment share a transaction.
   */
  async take(accountId: string, limits: SendingLimits, count: number, kind: SendKind): Promise<Taken> {
    await this.clearSometimes();
    return this.taking({ accountId, limits, count, kind });
  }

  private readonly taking = together((askers: readonly Asked[]) => this.takeTogether(askers));

  /** Locks the rows of all accounts in the order of their ids, so that two processes cannot wait for each other. */
  private takeTogether(askers: readonly Asked[]): Promise<Taken[]> {
    const accountIds = [...new Set(askers.map(({ accountId }) => accountId))].sort();
    return this.alone(accountIds, async (client, paces) => {
      const slots = await slotsOf(client, accountIds);
      const taken = askers.map((asker) => takenFrom(slots.get(asker.accountId)!, asker, paces.get(asker.accountId)!));
      const counted = accountIds.flatMap((accountId) => {
        const sum = askers.reduce(
          (all, asker, n) => (asker.accountId === accountId && taken[n]!.ok ? all + asker.count : all),
          0,
        );
        return sum > 0 ? [{ accountId, count: sum, at: paces.get(accountId)!.now }] : [];
      });
      if (counted.length > 0) await add(client, counted);
      return taken;
    });
  }

  /** Gives back mails that did not leave. @param at of the answer of `take` */
  async giveBack(accountId: string, count: number, at: Date): Promise<void> {
    await this.alone([accountId], (client) => add(client, [{ accountId, count: -count, at: at.getTime() }]));
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
    await this.alone([accountId], async (client, paces) => {
      const pace = paces.get(accountId)!;
      if (pace.yieldedAt !== null && Math.abs(pace.now - pace.yieldedAt) < ONE_ANSWER_MS) return;
      const [minute] = SPANS as [Span];
      const sent = countWithin(
        minute,
        (await slotsOf(client, [accountId])).get(accountId)!.get('minute') ?? [],
        pace.now,
      );
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

  /**
   * Runs `work` while no other process counts for these accounts, sorted by id. The commit does not wait for the
   * disk: a power cut loses the counts of less than a second.
   */
  private alone<T>(
    accountIds: readonly string[],
    work: (client: pg.PoolClient, paces: Map<string, Pace>) => Promise<T>,
  ): Promise<T> {
    return inTransaction(
      poolOf(this.database),
      async (client) => {
        // `clock_timestamp` is read after the lock of each row.
        const { rows } = await client.query<PaceRow>({
          name: 'paces_of_accounts',
          text: `insert into sending_paces (account_id) select * from unnest($1::text[])
           on conflict (account_id) do update set account_id = excluded.account_id
           returning account_id, per_minute, yielded_at, clock_timestamp() as now`,
          values: [accountIds],
        });
        const paces = rows.map(({ account_id: id, per_minute: perMinute, yielded_at: yieldedAt, now }) => {
          const pace = { perMinute, yieldedAt: yieldedAt?.getTime() ?? null, now: now.getTime() };
          return [id, pace] as const;
        });
        return work(client, new Map(paces));
      },
      'begin; set local synchronous_commit = off',
    );
  }

  private async clearSometimes(): Promise<void> {
    if (performance.now() - this.clearedAt < CLEARED_EVERY_MS) return;
    this.clearedAt = performance.now();
    await poolOf(this.database).query(`delete from sent_counts where slot < now() - interval '2 days'`);
  }
}

interface Asked {
  accountId: string;
  limits: SendingLimits;
  count: number;
  kind: SendKind;
}

interface PaceRow {
  account_id: string;
  per_minute: number | null;
  yielded_at: Date | null;
  now: Date;
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

/** Adds to `slots` if all limits allow it. */
function takenFrom(slots: Map<string, Slot[]>, { limits, count, kind }: Asked, pace: Pace): Taken {
  for (const span of SPANS) {
    const { limit, isSlowed } = limitFor(span, limits, pace, kind);
    const free = whenFree(span, slots.get(span.name) ?? [], { limit, count, now: pace.now });
    if (free !== null)
      return { ok: false, notBefore: new Date(free), why: isSlowed ? 'server-slows-down' : `limit-per-${span.name}` };
  }
  for (const span of SPANS)
    slots.set(span.name, [...(slots.get(span.name) ?? []), { at: slotOf(span, pace.now), count }]);
  return { ok: true, at: new Date(pace.now) };
}

/** Slots of each account, by the name of their span. */
async function slotsOf(
  client: pg.PoolClient,
  accountIds: readonly string[],
): Promise<Map<string, Map<string, Slot[]>>> {
  const { rows } = await client.query<{ account_id: string; span: string; slot: Date; count: number }>({
    name: 'sent_slots',
    text: 'select account_id, span, slot, count from sent_counts where account_id = any($1)',
    values: [accountIds],
  });
  const slots = new Map(accountIds.map((id) => [id, new Map<string, Slot[]>()]));
  for (const { account_id: id, span, slot, count } of rows) {
    const of = slots.get(id)!;
    of.set(span, [...(of.get(span) ?? []), { at: slot.getTime(), count }]);
  }
  return slots;
}

/** Adds to the slots of `at`, never below zero. */
async function add(
  client: pg.PoolClient,
  counted: readonly { accountId: string; count: number; at: number }[],
): Promise<void> {
  const rows = counted.flatMap((one) => SPANS.map((span) => ({ ...one, span })));
  await client.query({
    name: 'count_sent',
    text: `with given as (
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[]) as given (account_id, span, slot, count)
     ), known as (
       update sent_counts s set count = greatest(0, s.count + given.count) from given
       where s.account_id = given.account_id and s.span = given.span and s.slot = given.slot
       returning s.account_id, s.span, s.slot
     )
     insert into sent_counts (account_id, span, slot, count)
     select account_id, span, slot, greatest(0, count) from given
     where (account_id, span, slot) not in (select account_id, span, slot from known)`,
    values: [
      rows.map(({ accountId }) => accountId),
      rows.map(({ span }) => span.name),
      rows.map(({ span, at }) => new Date(slotOf(span, at))),
      rows.map(({ count }) => count),
    ],
  });
}
