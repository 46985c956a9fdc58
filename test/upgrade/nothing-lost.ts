import { allOf } from '../journeys/requests.js';
import type { Told } from '../crash/whole-log.js';
import { MOVES, STAYS } from './earlier-mailbox.js';
import { type Listed, TakingUp } from './taking-up.js';

const MOST_IN_FACT = 500;
const OF_STAYING = ['answer', 'draft', 'note', 'order', 'question'];

const named = (listed: readonly Listed[]): string[] => listed.map(({ subject }) => subject!).sort();
const countsOf = (facts: readonly Told[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type, data } of facts) {
    const name = 'cause' in data ? `${type} ${data.cause}` : type;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

/**
 * The service takes up mail of the release before: no body is fetched again; no task, notification or message appears,
 * is lost or doubled; and no live event tells of each message.
 */
export async function expectNothingLost(way: { many: number; watchMail: boolean }): Promise<void> {
  const { many, watchMail } = way;
  const begun = await TakingUp.start(many, watchMail);
  try {
    if (!watchMail) await begun.fetchAll();
    await begun.draftsReplaced(2);
    expect(countsOf(await begun.news())).toEqual({
      FolderFound: 13,
      // The question and the many, read by another program, and one message in the archive at the second server.
      'FlagsChanged first-comparison': 2 + Math.ceil(many / MOST_IN_FACT),
      // Two versions of a draft, which a third one has replaced.
      'PlacesLeft first-comparison': 1,
      MessageDestroyed: 2,
      'PlacesLeft uidvalidity': 1,
      'PlacesLeft other-mailbox': 1,
    });
    expect(begun.liveMessages).toBe(7 + Math.ceil(many / MOST_IN_FACT));
    expect(begun.bodiesFetched).toEqual([]);

    const more = Array.from({ length: many }, (_, n) => `mail ${n}`);
    const staying = await begun.listed(STAYS);
    expect(named(staying)).toEqual([...OF_STAYING, ...more].sort());
    const moving = await begun.listed(MOVES);
    expect(named(moving)).toEqual(['order', 'question']);
    expect([...staying, ...moving].filter(({ onServer }) => !onServer)).toEqual([]);
    expect(staying.find(({ subject }) => subject === 'question')).toMatchObject({ seen: true, flagged: true });
    expect(staying.filter(({ subject, seen }) => more.includes(subject!) && !seen)).toEqual([]);

    const tasks = await allOf<{ title: string | null; status: string }>(begun.admin, '/api/tasks');
    expect(tasks.map(({ title }) => title ?? '').sort()).toEqual(['Answer Kim', 'note', 'order', 'order', 'question']);
    expect(await allOf(begun.admin, '/api/notifications')).toEqual([]);

    await begun.fetchAll();
    expect(countsOf(await begun.news())).toEqual({});
    expect(begun.bodiesFetched).toEqual([]);
  } finally {
    await begun.stop();
  }
}
