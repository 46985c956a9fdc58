import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answering } from '../shared/answering.js';
import { api, ask, type Schemas } from '../shared/api.js';

/** The service forgets a person after 30 seconds. */
const REPEATED_MS = 15_000;

const tell = (id: string, state: 'answering' | 'gone'): Promise<Schemas['PresentAnswer'][]> =>
  ask(api.PUT('/api/messages/{id}/presence', { params: { path: { id } }, body: { state } })).then(
    ({ present }) => present,
  );

/**
 * Tells the others that this person answers a message.
 * @param id null: no message is answered
 * @returns names of the others that answer it, too
 */
export function useAnswering(id: string | null): string[] {
  const client = useQueryClient();
  const present = useQuery({
    queryKey: ['presence', id, 'answering'],
    queryFn: () => tell(id!, 'answering'),
    enabled: id !== null,
    refetchInterval: REPEATED_MS,
    gcTime: 0,
    retry: false,
  }).data;
  useEffect(() => {
    if (id === null) return undefined;
    const end = answering(id);
    return () => {
      end();
      // The reader tells again that the person views the message.
      const told = tell(id, 'gone').then(() => client.invalidateQueries({ queryKey: ['presence', id], exact: true }));
      told.catch(() => undefined);
    };
  }, [client, id]);
  return (present ?? []).filter(({ state }) => state === 'answering').map(({ name }) => name);
}
