/** Mails counted from `at` on, for the length of a slot. */
export interface Slot {
  at: number;
  count: number;
}

export interface Span {
  name: 'minute' | 'hour' | 'day';
  /** ms */
  length: number;
  /** ms; a mail counts until its whole slot has left the span */
  slot: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const SPANS: readonly Span[] = [
  { name: 'minute', length: MINUTE, slot: 5 * SECOND },
  { name: 'hour', length: HOUR, slot: 5 * MINUTE },
  { name: 'day', length: 24 * HOUR, slot: 15 * MINUTE },
];

export const slotOf = (span: Span, at: number): number => at - (at % span.slot);

/** Mails within the span before `now`. Slots far ahead come from a clock that was wrong, and count no longer. */
export const countWithin = (span: Span, slots: readonly Slot[], now: number): number =>
  within(span, slots, now).reduce((sum, { count }) => sum + count, 0);

/**
 * The time from which `count` more mails stay within the limit; null: now. More mails than the limit, as one message
 * may have them, leave when nothing else was sent within the span.
 */
export function whenFree(
  span: Span,
  slots: readonly Slot[],
  { limit, count, now }: { limit: number; count: number; now: number },
): number | null {
  let used = countWithin(span, slots, now);
  const fits = (): boolean => used === 0 || used + count <= limit;
  if (fits()) return null;
  let free = now;
  for (const slot of within(span, slots, now).toSorted((a, b) => a.at - b.at)) {
    used -= slot.count;
    free = slot.at + span.slot + span.length;
    if (fits()) break;
  }
  return free;
}

const within = (span: Span, slots: readonly Slot[], now: number): Slot[] =>
  slots.filter(({ at }) => at + span.slot + span.length > now && at < now + span.length);
