import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useLingui } from '@lingui/react/macro';
import { api, ask, type Schemas } from '../shared/api.js';
import { useProblemText } from '../shared/problem-text.js';
import { recount } from '../shared/recount.js';
import { tell } from '../shared/toasts.js';
import type { MailList, Message } from './mail-queries.js';

export type MessageChange = Schemas['ChangeMessageBody'];

interface Asked {
  messages: readonly Message[];
  set: MessageChange;
  /** text after the change; without one, the change is silent */
  done?: string;
  /** the change that takes this one back */
  undo?: MessageChange;
}

type Pages = Schemas['MessagePage'];
type Days = [day: string, count: number][];

/** At most this many ids go into one command. */
const AT_ONCE = 500;

/** True if a list no longer shows a message after a change. */
export function leaves({ box, folder }: MailList, { deleted, folderId }: MessageChange): boolean {
  if (deleted === true) return box !== 'trash';
  if (deleted === false) return box === 'trash';
  return folderId !== undefined && folder !== undefined && folder !== folderId;
}

/** A message after a change, as lists show it before the service has answered. */
export const changed = (message: Message, { seen, seenByMe, flagged, folderId }: MessageChange): Message => ({
  ...message,
  ...(seen === undefined ? {} : { seen, ...(message.seenByMe === null ? {} : { seenByMe: seen }) }),
  ...(seenByMe === undefined ? {} : { seenByMe }),
  ...(flagged === undefined ? {} : { flagged }),
  ...(folderId === undefined ? {} : { folderId }),
});

const dayOf = (at: string): string => new Date(at).toLocaleDateString('sv');

/** Changes messages at once on the page, then at the service. A refusal brings the old state back, with its reason. */
export function useMessageChanges(): (asked: Asked) => void {
  const client = useQueryClient();
  const { t } = useLingui();
  const textOf = useProblemText();

  const apply = async ({ messages, set }: Asked): Promise<() => void> => {
    await client.cancelQueries({ predicate: ({ queryKey }) => LISTS.has(String(queryKey[0])) });
    const ids = new Set(messages.map(({ id }) => id));
    const before = [...LISTS].flatMap((word) => client.getQueriesData({ queryKey: [word] }));
    for (const [key, page] of client.getQueriesData<Pages>({ queryKey: ['messages'] }))
      if (page) client.setQueryData<Pages>(key, { ...page, items: itemsAfter(page.items, ids, set, listIn(key)) });
    for (const [key, days] of client.getQueriesData<Days>({ queryKey: ['calendar'] }))
      if (days && leaves(listIn(key), set)) client.setQueryData<Days>(key, daysWithout(days, messages));
    for (const id of ids)
      client.setQueriesData<Message>({ queryKey: ['message', id] }, (old) => old && changed(old, set));
    return () => {
      for (const [key, data] of before) client.setQueryData(key, data);
    };
  };

  const { mutate } = useMutation({
    mutationFn: async ({ messages, set }: Asked) => {
      const refused: Schemas['ChangedMessageAnswer'][] = [];
      for (let from = 0; from < messages.length; from += AT_ONCE) {
        const ids = messages.slice(from, from + AT_ONCE).map(({ id }) => id);
        const { items } = await ask(api.PATCH('/api/messages', { body: { ids, set } }));
        refused.push(...items.filter(({ done }) => !done));
      }
      return refused;
    },
    onMutate: apply,
    onSuccess: (refused, asked) => {
      const { undo, messages, done } = asked;
      if (refused.length > 0)
        tell({ text: refused[0]!.detail ?? t`The change was refused: ${refused[0]!.reason ?? ''}`, bad: true });
      else if (done !== undefined)
        tell({
          text: done,
          ...(undo ? { action: { label: t`Undo`, run: () => mutate({ messages, set: undo }) } } : {}),
        });
    },
    onError: (error, _, rollBack) => {
      rollBack?.();
      tell({ text: textOf(error), bad: true });
    },
    onSettled: () => {
      recount();
      return client.invalidateQueries({ predicate: ({ queryKey }) => SHOWING.has(String(queryKey[0])) });
    },
  });
  return mutate;
}

const LISTS: ReadonlySet<string> = new Set(['messages', 'calendar', 'message']);
const SHOWING: ReadonlySet<string> = new Set(['message', 'thread']);

const listIn = (key: QueryKey): MailList => key[1] as MailList;

function itemsAfter(items: Message[], ids: ReadonlySet<string>, set: MessageChange, list: MailList): Message[] {
  if (leaves(list, set)) return items.filter(({ id }) => !ids.has(id));
  return items.map((item) => (ids.has(item.id) ? changed(item, set) : item));
}

function daysWithout(days: Days, messages: readonly Message[]): Days {
  const gone = new Map<string, number>();
  for (const { receivedAt } of messages) gone.set(dayOf(receivedAt), (gone.get(dayOf(receivedAt)) ?? 0) + 1);
  return days
    .map(([day, count]): [string, number] => [day, count - (gone.get(day) ?? 0)])
    .filter(([, count]) => count > 0);
}
