import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { accountsQuery, type ShortAccount } from '../shared/account-queries.js';
import { api, ask, type Schemas } from '../shared/api.js';
import type { Composition, Start } from '../shared/compositions.js';
import { messageQuery } from '../shared/message-queries.js';
import { answerTo } from './answer.js';
import type { Version } from './draft-keeper.js';
import { fromDraft } from './from-draft.js';
import type { Person } from './recipients.js';
import type { Writing } from './writing.js';

/** The first state of a window. */
export interface Started {
  writing: Writing;
  /** message that is answered or forwarded */
  original: Schemas['MessageAnswer'] | null;
  /** `X-Position` up to which the person has seen the conversation */
  seenUpTo: string | null;
  /** version of the draft; null: a new message */
  draft: Version | null;
}

/** Read once: later news must not change a text that a person writes. */
export const startQuery = (client: QueryClient, { id, start }: Composition) =>
  queryOptions({
    queryKey: ['composition', id],
    staleTime: 'static',
    gcTime: 0,
    queryFn: async (): Promise<Started> => {
      const accounts = await client.query(accountsQuery);
      if (start.kind === 'new')
        return { writing: newMessage(start, accounts), original: null, seenUpTo: null, draft: null };
      if (start.kind === 'draft') return draftOf(client, start.draftId);
      const original = await client.query(messageQuery(start.messageId, false));
      const seenUpTo = start.kind === 'forward' ? null : await positionOf(original.threadId);
      return {
        writing: answerTo(
          original,
          start.kind,
          accounts.map(({ address }) => address),
        ),
        original,
        seenUpTo,
        draft: null,
      };
    },
  });

async function draftOf(client: QueryClient, id: string): Promise<Started> {
  const draft = await ask(api.GET('/api/drafts/{id}', { params: { path: { id } } }));
  const answered = draft.inReplyTo ?? draft.forwardOf;
  const original = answered === null ? null : await client.query(messageQuery(answered, false));
  const seenUpTo = draft.inReplyTo === null || original === null ? null : await positionOf(original.threadId);
  return { writing: fromDraft(draft), original, seenUpTo, draft: { id: draft.id, revision: draft.revision } };
}

function newMessage(
  { accountId, to = [] }: Extract<Start, { kind: 'new' }>,
  accounts: readonly ShortAccount[],
): Writing {
  const wanted = accounts.find(({ id }) => id === accountId);
  const working = accounts.find(({ status, sendOnly }) => status === 'connected' && !sendOnly);
  return {
    accountId: (wanted ?? working ?? accounts[0])?.id ?? '',
    to,
    cc: [],
    bcc: [],
    subject: '',
    html: '',
    files: [],
    inReplyTo: null,
    forwardOf: null,
    forwardWithout: [],
    quote: false,
  };
}

/** Position that a conversation shows now; null: not known, so nothing is compared later. */
export async function positionOf(threadId: string): Promise<string | null> {
  const { response } = await api.GET('/api/threads/{id}', { params: { path: { id: threadId }, query: { limit: 1 } } });
  return response.headers.get('X-Position');
}

/** The account with its header and signature. */
export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id, {}],
    queryFn: ({ signal }) => ask(api.GET('/api/accounts/{id}', { params: { path: { id } }, signal })),
  });

const SUGGESTED = 8;

/** Contacts with a name or an address that contains the text. */
export const suggestionsQuery = (text: string) =>
  queryOptions({
    queryKey: ['contacts', 'suggested', text],
    enabled: text.length > 1,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Person[]> => {
      const query = { q: text, limit: SUGGESTED, sort: 'name' as const };
      const { items } = await ask(api.GET('/api/contacts', { params: { query }, signal }));
      return items.flatMap(({ name, emails }) => emails.map((address) => ({ name: name ?? '', address })));
    },
  });
