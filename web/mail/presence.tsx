import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Eye, PencilLine } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { isAnswering } from '../shared/answering.js';
import { api, ask, type Schemas } from '../shared/api.js';

type Present = Schemas['PresentAnswer'];

/** The service forgets a person after 30 seconds. */
const REPEATED_MS = 15_000;

const tell = (id: string, state: Present['state'] | 'gone', signal?: AbortSignal): Promise<Present[]> =>
  ask(
    api.PUT('/api/messages/{id}/presence', {
      params: { path: { id } },
      body: { state },
      ...(signal ? { signal } : { keepalive: true }),
    }),
  ).then(({ present }) => present);

/** Tells the others that the person reads the message; the answer names the others. */
const presenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['presence', id],
    queryFn: ({ signal }) => tell(id, isAnswering(id) ? 'answering' : 'viewing', signal),
    refetchInterval: REPEATED_MS,
    gcTime: 0,
    retry: false,
  });

/** Colleagues that have the same message open, or answer it. */
export function Presence({ messageId }: { messageId: string }): ReactNode {
  const { i18n } = useLingui();
  const present = useQuery(presenceQuery(messageId)).data ?? [];
  useEffect(
    () => () => {
      if (!isAnswering(messageId)) void tell(messageId, 'gone').catch(() => undefined);
    },
    [messageId],
  );
  const list = new Intl.ListFormat(i18n.locale, { type: 'conjunction' });
  const namesOf = (state: Present['state']): string[] =>
    present.filter((each) => each.state === state).map(({ name }) => name);
  const answering = namesOf('answering');
  const viewing = namesOf('viewing');
  return (
    <output className="presence">
      {answering.length > 0 && (
        <span className="answering">
          <PencilLine size={15} aria-hidden />
          {plural(answering.length, {
            one: `${list.format(answering)} is answering this message`,
            other: `${list.format(answering)} are answering this message`,
          })}
        </span>
      )}
      {viewing.length > 0 && (
        <span>
          <Eye size={15} aria-hidden />
          {plural(viewing.length, {
            one: `${list.format(viewing)} is reading it too`,
            other: `${list.format(viewing)} are reading it too`,
          })}
        </span>
      )}
    </output>
  );
}
