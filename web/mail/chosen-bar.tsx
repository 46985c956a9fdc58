import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Archive, Mail, MailOpen, Star, Trash, Trash2, Undo2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../shared/icon-button.js';
import type { Message } from './mail-queries.js';
import type { MessageActions } from './message-actions.js';
import { MoveMenu } from './move-menu.js';

interface Props {
  messages: readonly Message[];
  inTrash: boolean;
  actions: MessageActions;
  onDone: () => void;
  /** undefined: not allowed for all of them */
  onDestroy: (() => void) | undefined;
}

/** Actions for the chosen messages. */
export function ChosenBar({ messages, inTrash, actions, onDone, onDestroy }: Props): ReactNode {
  const { t } = useLingui();
  const [accountId, ...others] = new Set(messages.map((each) => each.accountId));
  const then = (run: () => void) => (): void => {
    run();
    onDone();
  };
  return (
    <div className="chosen-bar" role="toolbar" aria-label={t`Chosen messages`}>
      <IconButton label={t`Choose none`} shortcut="Esc" icon={<X size={18} />} onPress={onDone} />
      <strong>{plural(messages.length, { one: '# chosen', other: '# chosen' })}</strong>
      <span className="gap" />
      {inTrash ? (
        <>
          <IconButton
            label={t`Take back from the trash`}
            icon={<Undo2 size={18} />}
            onPress={then(() => actions.restore(messages))}
          />
          {onDestroy && <IconButton label={t`Delete for good`} icon={<Trash size={18} />} onPress={onDestroy} />}
        </>
      ) : (
        <>
          <IconButton
            label={t`Mark as read`}
            icon={<MailOpen size={18} />}
            onPress={then(() => actions.read(messages, true))}
          />
          <IconButton
            label={t`Mark as unread`}
            icon={<Mail size={18} />}
            onPress={then(() => actions.read(messages, false))}
          />
          <IconButton label={t`Flag`} icon={<Star size={18} />} onPress={then(() => actions.flag(messages, true))} />
          <IconButton
            label={t`Into the archive`}
            icon={<Archive size={18} />}
            onPress={then(() => actions.archive(messages))}
          />
          {accountId !== undefined && others.length === 0 && (
            <MoveMenu
              accountId={accountId}
              from={undefined}
              onMove={(folderId, name) => then(() => actions.move(messages, folderId, name))()}
            />
          )}
          <IconButton
            label={t`Into the trash`}
            icon={<Trash2 size={18} />}
            onPress={then(() => actions.remove(messages))}
          />
        </>
      )}
    </div>
  );
}
