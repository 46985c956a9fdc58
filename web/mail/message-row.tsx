import { useLingui } from '@lingui/react/macro';
import { Forward, Paperclip, Reply, Star } from 'lucide-react';
import { memo, type MouseEvent, type ReactNode } from 'react';
import { Avatar } from '../shared/avatar.js';
import { useDates } from '../shared/dates.js';
import type { Message } from './mail-queries.js';

interface Props {
  message: Message | undefined;
  index: number;
  total: number;
  top: number;
  height: number;
  /** true: the keyboard is at this row */
  current: boolean;
  open: boolean;
  chosen: boolean;
  /** address of the account, in a list of several accounts */
  account: string | undefined;
  onOpen: (index: number, event: MouseEvent) => void;
  onChoose: (index: number, range: boolean) => void;
}

export const isUnread = ({ seen }: Message): boolean => !seen;

/** One line of the list; memoised, because scrolling renders the window again and again. */
export const MessageRow = memo(function MessageRow(props: Props): ReactNode {
  const { message, index, total, top, height, current, open, chosen, account, onOpen, onChoose } = props;
  const { t } = useLingui();
  const dates = useDates();
  const place = { translate: `0 ${top}px`, height };
  if (!message)
    return (
      <div className="message-row loading" role="row" aria-rowindex={index + 1} style={place}>
        <div role="gridcell" aria-label={t`Loading`}>
          <span className="bone" />
          <span className="bone" />
        </div>
      </div>
    );
  const people = peopleOf(message) || t`(unknown)`;
  const files = message.attachments.filter(({ inline, technical }) => !inline && !technical).length;
  const unread = isUnread(message);
  return (
    <div
      className="message-row"
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 1}
      aria-setsize={total}
      aria-selected={chosen}
      aria-current={open ? 'true' : undefined}
      data-unread={unread || undefined}
      tabIndex={current ? 0 : -1}
      style={place}
      onClick={(event) => onOpen(index, event)}
    >
      <div role="gridcell" className="message-row-mark">
        <Avatar name={people} />
        <label className="row-check">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={chosen}
            aria-label={t`Choose: ${message.subject ?? ''}`}
            onClick={(event) => {
              event.stopPropagation();
              onChoose(index, event.shiftKey);
            }}
            onChange={() => undefined}
          />
        </label>
      </div>
      <div role="gridcell" className="message-row-text">
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
      </div>
    </div>
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
