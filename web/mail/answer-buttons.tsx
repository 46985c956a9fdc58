import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Forward, Reply, ReplyAll } from 'lucide-react';
import type { ReactNode } from 'react';
import { accountsQuery } from '../shared/account-queries.js';
import { compose } from '../shared/compositions.js';
import { IconButton } from '../shared/icon-button.js';
import type { Message } from './mail-queries.js';

/** Buttons that open an answer to a message. */
export function AnswerButtons({ message }: { message: Message }): ReactNode {
  const { t } = useLingui();
  const own = useQuery(accountsQuery).data ?? [];
  const { id: messageId } = message;
  return (
    <>
      <IconButton
        label={t`Reply`}
        shortcut="r"
        icon={<Reply size={18} />}
        onPress={() => compose({ kind: 'reply', messageId })}
      />
      {hasOthers(
        message,
        own.map(({ address }) => address),
      ) && (
        <IconButton
          label={t`Reply to all`}
          shortcut="a"
          icon={<ReplyAll size={18} />}
          onPress={() => compose({ kind: 'reply-all', messageId })}
        />
      )}
      <IconButton
        label={t`Forward`}
        shortcut="f"
        icon={<Forward size={18} />}
        onPress={() => compose({ kind: 'forward', messageId })}
      />
    </>
  );
}

/** True if an answer to all reaches more people than one to the author. @param own addresses of the accounts */
export function hasOthers({ from, replyTo, to, cc }: Message, own: readonly string[]): boolean {
  const mine = new Set(own.map((address) => address.toLowerCase()));
  const people = [...(replyTo.length > 0 ? replyTo : from ? [from] : []), ...to, ...cc];
  return new Set(people.map(({ address }) => address.toLowerCase()).filter((each) => !mine.has(each))).size > 1;
}
