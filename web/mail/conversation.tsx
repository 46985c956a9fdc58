import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, Lock, ShieldQuestion, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Schemas } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { HtmlFrame } from '../shared/html-frame.js';
import { useDates } from '../shared/dates.js';
import { AttachmentList } from './attachment-list.js';
import { type Message, type OpenedMessage, threadQuery } from './mail-queries.js';
import { SendingPanel } from './sending-panel.js';

interface Props {
  opened: OpenedMessage;
  images: boolean;
  onOpen: (message: Message) => void;
}

/** The opened message among the others of its conversation, oldest first. */
export function Conversation({ opened, images, onOpen }: Props): ReactNode {
  const { t } = useLingui();
  const thread = useQuery(threadQuery(opened.threadId));
  const others = (thread.data?.items ?? []).filter(({ id }) => id !== opened.id);
  const before = others.filter(({ receivedAt }) => receivedAt <= opened.receivedAt).toSorted(byTime);
  const after = others.filter(({ receivedAt }) => receivedAt > opened.receivedAt).toSorted(byTime);
  return (
    <ol className="conversation" aria-label={t`Conversation`}>
      {before.map((message) => (
        <Folded key={message.id} message={message} onOpen={onOpen} />
      ))}
      <li className="unfolded">
        <Unfolded message={opened} images={images} />
      </li>
      {after.map((message) => (
        <Folded key={message.id} message={message} onOpen={onOpen} />
      ))}
    </ol>
  );
}

const byTime = (a: Message, b: Message): number => a.receivedAt.localeCompare(b.receivedAt);

const nameOf = (person: Schemas['AddressAnswer'] | null): string => person?.name || person?.address || '';

function Folded({ message, onOpen }: { message: Message; onOpen: (message: Message) => void }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const name = nameOf(message.from) || t`(unknown)`;
  return (
    <li>
      <button type="button" className="folded" onClick={() => onOpen(message)}>
        <Avatar name={name} size={28} />
        <span className="people">{name}</span>
        <span className="preview">{message.preview}</span>
        <time dateTime={message.receivedAt}>{dates.short(message.receivedAt)}</time>
      </button>
    </li>
  );
}

function Unfolded({ message, images }: { message: OpenedMessage; images: boolean }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const [details, setDetails] = useState(false);
  const sender = nameOf(message.from) || t`(unknown)`;
  const people = [...message.to, ...message.cc].map(nameOf).join(', ');
  return (
    <article>
      <header className="message-head">
        <Avatar name={sender} size={40} />
        <div>
          <p>
            <strong>{sender}</strong>
            {message.from?.name && <span className="soft"> {message.from.address}</span>}
          </p>
          <p className="soft recipients">
            <span>{t`to ${people}`}</span>
            <button
              type="button"
              className="link"
              aria-expanded={details}
              aria-label={t`Details of the message`}
              onClick={() => setDetails(!details)}
            >
              {details ? <ChevronUp size={15} /> : <ChevronDown size={15} />}
            </button>
          </p>
        </div>
        <time dateTime={message.receivedAt} title={dates.full(message.receivedAt)}>
          {dates.short(message.receivedAt)}
        </time>
      </header>
      {details && <Details message={message} />}
      <SendingPanel message={message} />
      <Warnings message={message} />
      <AttachmentList messageId={message.id} attachments={message.attachments} />
      {message.html === null ? (
        <div className="plain-text">{message.text}</div>
      ) : (
        <div className="message-paper">
          <HtmlFrame title={t`Text of the message`} html={message.html} images={images} />
        </div>
      )}
    </article>
  );
}

function Details({ message }: { message: OpenedMessage }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const list = (people: readonly Schemas['AddressAnswer'][]): string =>
    people.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ');
  const lines: [string, string][] = [
    [t`From`, message.from ? list([message.from]) : ''],
    [t`To`, list(message.to)],
    [t`Cc`, list(message.cc)],
    [t`Reply to`, list(message.replyTo)],
    [t`Received`, dates.full(message.receivedAt)],
    [t`Written`, message.date ? dates.full(message.date) : ''],
  ];
  return (
    <dl className="details">
      {lines
        .filter(([, value]) => value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Warnings({ message }: { message: OpenedMessage }): ReactNode {
  const { t } = useLingui();
  const texts: Record<OpenedMessage['content'], string | undefined> = {
    complete: undefined,
    cut: t`The message is too large to show in full. Download the original to read all of it.`,
    unreadable: t`These bytes are no mail that can be read. Download the original to look at them.`,
    damaged: t`A part of the message is missing, and is being fetched again from the mail server. Look again in a minute.`,
    lost: t`A part of the message is lost, and the mail server does not have it any more.`,
    erased: t`This message was erased with the data of a person.`,
  };
  const text = texts[message.content];
  return (
    <>
      {text !== undefined && (
        <p className="notice warning">
          <TriangleAlert size={18} aria-hidden />
          {text}
        </p>
      )}
      {message.deletedElsewhere && (
        <p className="notice">
          <TriangleAlert size={18} aria-hidden />
          {t`Another mail program deleted this message. It is kept here.`}
        </p>
      )}
      {message.protection === 'signed' && (
        <p className="notice">
          <ShieldQuestion size={18} aria-hidden />
          {t`The message carries a signature that was not verified: the text may come from anybody.`}
        </p>
      )}
      {message.protection === 'encrypted' && (
        <p className="notice">
          <Lock size={18} aria-hidden />
          {t`A part of the message is encrypted. Download the original and open it in a program that has your key.`}
        </p>
      )}
    </>
  );
}
