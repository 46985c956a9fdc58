import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { timeZone } from '../shared/dates.js';
import type { Started } from './compose-queries.js';
import { type Doubt, doubtsAbout } from './checks.js';
import type { DraftKeeper } from './draft-keeper.js';
import { faultOf } from './recipients.js';
import { send, ThreadMoved, type ToSend } from './send.js';
import { useSlow } from './use-slow.js';
import { bodyOf, everybody, type Writing } from './writing.js';

/** A message on its way. */
export interface Sent {
  id: string;
  /** null: at once, after the time to undo */
  sendAt: Date | null;
}

interface Later {
  sendAt: Date;
  cancelOnReply: boolean;
}

export interface Sending {
  begin: (later?: Later) => void;
  /** goes on after a doubt, or though the conversation has gone on */
  sendAnyway: () => void;
  stop: () => void;
  /** forgets the problem: the person has changed something */
  forget: () => void;
  doubts: readonly Doubt[];
  moved: ThreadMoved | undefined;
  problem: string | Error | undefined;
  isPending: boolean;
  /** true when the answer is long in coming: the request is repeated */
  isSlow: boolean;
}

interface Given {
  writing: Writing;
  started: Started;
  /** number of files that are forwarded */
  forwarded: number;
  keeper: DraftKeeper;
  onSent: (sent: Sent) => void;
}

/** Queries that show messages. */
const SHOWING: ReadonlySet<string> = new Set(['messages', 'calendar', 'outbox', 'thread', 'message', 'drafts']);

/** Sends a message, after the questions that save people from mistakes. */
export function useSending({ writing, started, forwarded, keeper, onSent }: Given): Sending {
  const { t, i18n } = useLingui();
  const client = useQueryClient();
  const [doubts, setDoubts] = useState<readonly Doubt[]>([]);
  const [asked, setAsked] = useState<readonly Doubt[]>([]);
  const [moved, setMoved] = useState<ThreadMoved>();
  const [later, setLater] = useState<Later>();
  const [problem, setProblem] = useState<string | Error>();
  const last = useRef({ body: '', key: '' });

  const { mutate, isPending } = useMutation({
    mutationFn: async (toSend: ToSend) => {
      // A message that has a draft ends it. A save on its way ends first.
      if (keeper.id !== undefined) await keeper.keep();
      return send({ ...toSend, draftId: keeper.id });
    },
    onSuccess: ({ id }, { body }) => {
      keeper.end();
      last.current = { body: '', key: '' };
      onSent({ id: id!, sendAt: body.sendAt ? new Date(body.sendAt) : null });
      void client.invalidateQueries({ predicate: ({ queryKey }) => SHOWING.has(String(queryKey[0])) });
    },
    onError: (error) => {
      if (error instanceof ThreadMoved) setMoved(error);
      else setProblem(error);
    },
  });

  const isSlow = useSlow(isPending);

  const missing = (): string | undefined => {
    const people = everybody(writing);
    if (people.length === 0) return t`Nobody is there to send it to. Enter a recipient.`;
    if (people.some(({ address }) => faultOf(address) !== undefined))
      return t`An address is wrong. Correct it, or take it away.`;
    const kinds = new Set(writing.files.map(({ at }) => at.kind));
    if (kinds.has('arriving')) return t`A file is still being uploaded. Send again in a moment.`;
    return kinds.has('refused') ? t`A file could not be attached. Try again, or take it away.` : undefined;
  };
  const post = (when: Later | undefined, seenUpTo: string | null): void => {
    const body = {
      ...bodyOf(writing),
      // The line above a quotation is in the language and the time of its author.
      ...(writing.quote || writing.forwardOf !== null ? { language: i18n.locale, timeZone: timeZone() } : {}),
      ...(when ? { sendAt: when.sendAt.toISOString(), cancelOnReply: when.cancelOnReply } : {}),
      ...(seenUpTo === null ? {} : { ifNothingNewSince: seenUpTo }),
    };
    const text = JSON.stringify([writing.accountId, body]);
    if (last.current.body !== text) last.current = { body: text, key: crypto.randomUUID() };
    const threadId = writing.inReplyTo === null ? null : (started.original?.threadId ?? null);
    mutate({ accountId: writing.accountId, body, key: last.current.key, threadId, draftId: undefined });
  };
  const begin = (when?: Later): void => {
    if (isPending) return;
    const wrong = missing();
    setProblem(wrong);
    setLater(when);
    if (wrong !== undefined) return;
    const found = doubtsAbout(writing, writing.files.length + forwarded).filter((doubt) => !asked.includes(doubt));
    setDoubts(found);
    if (found.length === 0) post(when, started.seenUpTo);
  };

  return {
    begin,
    sendAnyway: () => {
      setAsked([...asked, ...doubts]);
      setDoubts([]);
      setMoved(undefined);
      post(later, moved ? moved.position : started.seenUpTo);
    },
    stop: () => {
      setAsked([...asked, ...doubts]);
      setDoubts([]);
      setMoved(undefined);
    },
    forget: () => setProblem(undefined),
    doubts,
    moved,
    problem,
    isPending,
    isSlow,
  };
}
