import type { WishFact } from './pending-wishes.js';
import type { WishedAgain } from './wish.events.js';

type What = WishedAgain['what'][number];

/** Changes of a wish that `later` wishes replace, by message. */
export function wishedAgain(wish: WishFact, later: readonly WishFact[]): WishedAgain[] {
  const own = new Set(changedBy(wish));
  const byMessage = new Map<string, Set<What>>();
  for (const each of later) {
    const again = changedBy(each).filter((what) => own.has(what));
    if (again.length === 0) continue;
    for (const id of each.data.messageIds) byMessage.set(id, new Set([...(byMessage.get(id) ?? []), ...again]));
  }
  const groups = new Map<string, WishedAgain>();
  for (const id of new Set(wish.data.messageIds)) {
    const what = [...(byMessage.get(id) ?? [])].toSorted();
    if (what.length === 0) continue;
    const group = groups.get(what.join()) ?? { messageIds: [], what };
    group.messageIds.push(id);
    groups.set(what.join(), group);
  }
  return [...groups.values()];
}

function changedBy({ type, data }: WishFact): What[] {
  if (type === 'MessagesMarked') return Object.keys(data.set) as What[];
  return type === 'MessagesMoved' ? ['folder'] : [];
}
