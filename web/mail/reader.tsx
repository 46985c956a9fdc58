import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Archive, ArrowLeft, FileDown, Image, Mail, MailOpen, Star, StarOff, Trash, Trash2, Undo2 } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { EmptyState } from '../shared/empty-state.js';
import { FailedState } from '../shared/failed-state.js';
import { IconButton } from '../shared/icon-button.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { AnswerButtons } from './answer-buttons.js';
import { Conversation } from './conversation.js';
import { type Message, messageQuery, type OpenedMessage } from './mail-queries.js';
import type { MessageActions } from './message-actions.js';
import { isUnread } from './message-row.js';
import { MoveMenu } from './move-menu.js';
import { Presence } from './presence.js';

interface Props {
  id: string | undefined;
  actions: MessageActions;
  onOpen: (message: Message) => void;
  onClose: () => void;
  mayDestroy: (message: Message) => boolean;
  onDestroy: (message: Message) => void;
}

/** Senders with pictures allowed, until the page closes: browsers keep nothing about mail. */
const withPictures = new Set<string>();

export function Reader({ id, ...rest }: Props): ReactNode {
  const { t } = useLingui();
  if (id === undefined)
    return (
      <section className="reader idle" aria-label={t`Message`}>
        <EmptyState icon={<MailOpen size={22} />} title={t`No message is open`}>
          {t`Choose a message from the list. Press ? for the keyboard shortcuts.`}
        </EmptyState>
      </section>
    );
  return <Opened key={id} id={id} {...rest} />;
}

function Opened({ id, actions, onOpen, onClose, mayDestroy, onDestroy }: Props & { id: string }): ReactNode {
  const { t } = useLingui();
  const [images, setImages] = useState(false);
  const plain = useQuery(messageQuery(id, false));
  const sender = plain.data?.from?.address;
  const wanted = images || (sender !== undefined && withPictures.has(sender));
  const pictured = useQuery({ ...messageQuery(id, true), enabled: wanted && plain.data?.imagesRemoved === true });
  const message = (wanted ? pictured.data : undefined) ?? plain.data;

  const isLoaded = plain.data !== undefined;
  const markRead = useEffectEvent(() => {
    if (plain.data && isUnread(plain.data) && plain.data.box !== 'trash') actions.read([plain.data], true, false);
  });
  // Once, at the opening: a person may mark the open message as unread.
  useEffect(() => {
    if (isLoaded) markRead();
  }, [isLoaded]);

  return (
    <section className="reader" aria-label={t`Message`}>
      {message ? (
        <>
          <Toolbar
            message={message}
            actions={actions}
            onClose={onClose}
            onDestroy={mayDestroy(message) ? () => onDestroy(message) : undefined}
          />
          <div className="reader-scroll">
            <h1 className="reader-subject">{message.subject || t`(no subject)`}</h1>
            {message.imagesRemoved && !wanted && (
              <div className="notice pictures">
                <Image size={18} aria-hidden />
                <div>{t`Pictures from other servers are hidden: they tell the sender that you read the mail.`}</div>
                <div className="notice-actions">
                  <button type="button" className="link" onClick={() => setImages(true)}>{t`Show pictures`}</button>
                  {sender !== undefined && (
                    <button
                      type="button"
                      className="link"
                      onClick={() => {
                        withPictures.add(sender);
                        setImages(true);
                      }}
                    >
                      {t`Show from this sender`}
                    </button>
                  )}
                </div>
              </div>
            )}
            <Presence messageId={message.id} />
            <Conversation opened={message} images={wanted} onOpen={onOpen} />
          </div>
        </>
      ) : plain.isError ? (
        <FailedState error={plain.error} retry={() => void plain.refetch()} />
      ) : (
        <LoadingLines lines={8} />
      )}
    </section>
  );
}

interface ToolbarProps {
  message: OpenedMessage;
  actions: MessageActions;
  onClose: () => void;
  onDestroy: (() => void) | undefined;
}

function Toolbar({ message, actions, onClose, onDestroy }: ToolbarProps): ReactNode {
  const { t } = useLingui();
  const unread = isUnread(message);
  const archive = actions.archiveOf(message.accountId);
  return (
    <div className="reader-tools" role="toolbar" aria-label={t`Actions`}>
      <IconButton label={t`Close the message`} shortcut="Esc" icon={<ArrowLeft size={18} />} onPress={onClose} />
      {message.box !== 'draft' && message.box !== 'trash' && <AnswerButtons message={message} />}
      <span className="gap" />
      {message.box === 'trash' ? (
        <>
          <IconButton
            label={t`Take back from the trash`}
            icon={<Undo2 size={18} />}
            onPress={() => actions.restore([message])}
          />
          {onDestroy && <IconButton label={t`Delete for good`} icon={<Trash size={18} />} onPress={onDestroy} />}
        </>
      ) : (
        <>
          {archive !== undefined && archive !== message.folderId && (
            <IconButton
              label={t`Into the archive`}
              shortcut="e"
              icon={<Archive size={18} />}
              onPress={() => actions.archive([message])}
            />
          )}
          <IconButton
            label={t`Into the trash`}
            shortcut="#"
            icon={<Trash2 size={18} />}
            onPress={() => actions.remove([message])}
          />
          <IconButton
            label={unread ? t`Mark as read` : t`Mark as unread`}
            shortcut="u"
            icon={unread ? <MailOpen size={18} /> : <Mail size={18} />}
            onPress={() => actions.read([message], unread)}
          />
          <IconButton
            label={message.flagged ? t`Take the flag away` : t`Flag`}
            shortcut="s"
            icon={message.flagged ? <StarOff size={18} /> : <Star size={18} />}
            onPress={() => actions.flag([message], !message.flagged)}
          />
          <MoveMenu
            accountId={message.accountId}
            from={message.folderId ?? undefined}
            onMove={(folderId, name) => actions.move([message], folderId, name)}
          />
        </>
      )}
      <a
        className="button quiet only-icon"
        href={`/api/messages/${message.id}/raw`}
        download
        aria-label={t`Download the original`}
      >
        <FileDown size={18} aria-hidden />
      </a>
    </div>
  );
}
