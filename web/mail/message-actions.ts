import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { foldersQuery } from '../shared/account-queries.js';
import { tell } from '../shared/toasts.js';
import type { Message } from './mail-queries.js';
import { useMessageChanges } from './message-changes.js';

export interface MessageActions {
  /** @param told false: without a text after the change */
  read: (messages: readonly Message[], read: boolean, told?: boolean) => void;
  flag: (messages: readonly Message[], flagged: boolean) => void;
  remove: (messages: readonly Message[]) => void;
  restore: (messages: readonly Message[]) => void;
  move: (messages: readonly Message[], folderId: string, name: string) => void;
  archive: (messages: readonly Message[]) => void;
  /** id of the archive of an account, if its folders are loaded and one of them is an archive */
  archiveOf: (accountId: string) => string | undefined;
}

export function useMessageActions(): MessageActions {
  const { t } = useLingui();
  const client = useQueryClient();
  const change = useMessageChanges();
  const archiveOf = (accountId: string): string | undefined =>
    client.getQueryData(foldersQuery(accountId).queryKey)?.find(({ role }) => role === 'archive')?.id;
  const move = (messages: readonly Message[], folderId: string, done: string): void => {
    const from = messages[0]?.folderId ?? null;
    const isBackOne = messages.every((each) => each.folderId === from);
    change({ messages, set: { folderId }, done, ...(isBackOne && from !== null && { undo: { folderId: from } }) });
  };
  return {
    archiveOf,
    read: (messages, read, told = true) =>
      change({
        messages,
        set: { seen: read },
        ...(told ? { done: read ? t`Marked as read` : t`Marked as unread`, undo: { seen: !read } } : {}),
      }),
    flag: (messages, flagged) => change({ messages, set: { flagged } }),
    remove: (messages) =>
      change({
        messages,
        set: { deleted: true },
        done: plural(messages.length, { one: '# message is in the trash', other: '# messages are in the trash' }),
        undo: { deleted: false },
      }),
    restore: (messages) =>
      change({
        messages,
        set: { deleted: false },
        done: plural(messages.length, { one: '# message is back', other: '# messages are back' }),
        undo: { deleted: true },
      }),
    move: (messages, folderId, name) => move(messages, folderId, t`Moved to ${name}`),
    archive: (messages) => {
      const byAccount = Map.groupBy(messages, ({ accountId }) => accountId);
      for (const [accountId, those] of byAccount) {
        const archive = archiveOf(accountId);
        if (archive === undefined)
          tell({ text: t`This account has no archive. Give the role to a folder first.`, bad: true });
        else move(those, archive, t`Moved into the archive`);
      }
    },
  };
}
