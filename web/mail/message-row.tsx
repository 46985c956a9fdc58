import { useLingui } from '@lingui/react/macro';
import { Forward, Paperclip, Reply, Star } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode } from 'react';
import { Avatar } from '../shared/avatar.js';
import { useDates } from '../shared/dates.js';
import type { Message } from './mail-queries.js';
import { SendMark } from './send-mark.js';

/** Modifier keys of a click or a key. */
export type Pressed = Pick<MouseEvent, 'metaKey' | 'ctrlKey' | 'shiftKey'>;

interface Props {
  message: Message | undefined;
  index: number;
  top: number;
  height: number;
  /** true: the keyboard is at this row */
  isCurrent: boolean;
  isOpen: boolean;
  isChosen: boolean;
  /** address of the account, in a list of several accounts */
  account: string | undefined;
  onPress: (index: number, pressed: Pressed) => void;
  onKey: (index: number, event: KeyboardEvent) => void;
  onFocus: (index: number) => void;
  onChoose: (index: number, isRange: boolean) => void;
}

export const isUnread = ({ seen }: Message): boolean => !seen;

/** One line of the list; memoised, because scrolling renders the window again and again. */
export const MessageRow = memo(function MessageRow(props: Props): ReactNode {
  const { message, index, top, height, isCurrent, isOpen, isChosen, account } = props;
  const { onPress, onKey, onFocus, onChoose } = props;
  const { t } = useLingui();
  const dates = useDates();
  const line = {
    role: 'row',
    id: `row-${index}`,
    'aria-rowindex': index + 1,
    tabIndex: isCurrent ? 0 : -1,
    style: { translate: `0 ${top}px`, height },
    onKeyDown: (event: KeyboardEvent) => onKey(index, event),
  } as const;
  if (!message)
    return (
      <tr {...line} className="message-row loading">
        <td aria-label={t`Loading`}>
          <span className="bone" />
          <span className="bone" />
        </td>
      </tr>
    );
  const people = peopleOf(message) || t`(unknown)`;
  const files = message.attachments.filter(({ inline, technical }) => !inline && !technical).length;
  const unread = isUnread(message);
  return (
    <tr
      {...line}
      className="message-row"
      aria-selected={isChosen}
      aria-current={isOpen ? 'true' : undefined}
      data-unread={unread || undefined}
      onClick={(event) => {
        // The label passes its click on to the check box.
        if (!(event.target as Element).closest('label')) onPress(index, event);
      }}
      onFocus={() => onFocus(index)}
    >
      <td className="message-row-mark">
        <Avatar name={people} />
        <label className="row-check">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={isChosen}
            aria-label={t`Choose: ${message.subject ?? ''}`}
            onClick={(event) => {
              event.stopPropagation();
              onChoose(index, event.shiftKey);
            }}
            onChange={() => undefined}
          />
        </label>
      </td>
      <td className="message-row-text">
        <span className="line">
          <span className="people">
            {unread && <span className="visually-hidden">{t`Unread:`} </span>}
            {message.box === 'sent' || message.box === 'draft' ? t`To: ${people}` : people}
          </span>
          <time dateTime={message.receivedAt}>{dates.short(message.receivedAt)}</time>
        </span>
        <span className="line">
          <span className="subject">{message.subject || t`(no subject)`}</span>
          <span className="marks">
            <SendMark sending={message.sending} />
            {message.answered && <Reply size={14} aria-label={t`answered`} />}
            {message.forwarded && <Forward size={14} aria-label={t`forwarded`} />}
            {files > 0 && <Paperclip size={14} aria-label={t`with files`} />}
            {message.flagged && <Star className="flagged" size={14} aria-label={t`flagged`} />}
          </span>
        </span>
        <span className="preview">
          {account !== undefined && <span className="row-account">{account}</span>}
          {message.match ? <Match pieces={message.match} /> : message.preview}
        </span>
      </td>
    </tr>
  );
});

function Match({ pieces }: { pieces: readonly { text: string; hit: boolean }[] }): ReactNode {
  // The pieces of one extract have no ids, and never change their places.
  return pieces.map(({ text, hit }, n) => (hit ? <mark key={n}>{text}</mark> : <span key={n}>{text}</span>));
}

function peopleOf({ box, from, to }: Message): string {
  const people = box === 'sent' || box === 'draft' ? to : from ? [from] : [];
  return people.map(({ name, address }) => name || address).join(', ');
}
