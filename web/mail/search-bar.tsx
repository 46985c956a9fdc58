import { useLingui } from '@lingui/react/macro';
import { CalendarDays, MailOpen, Paperclip, Search, X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { PopoverButton } from '../shared/popover-button.js';
import { TextField } from '../shared/text-field.js';
import type { MailList } from './mail-queries.js';

const WITH_FILES = 'has:attachment';
const TYPED_MS = 300;

interface Props {
  list: MailList;
  onChange: (filters: Partial<Record<'q' | 'unread' | 'since' | 'until', string | true | undefined>>) => void;
  field: RefObject<HTMLInputElement | null>;
}

/** Words to search for, and filters as chips. */
export function SearchBar({ list, onChange, field }: Props): ReactNode {
  const { t } = useLingui();
  const searched = list.q ?? '';
  const [text, setText] = useState(searched);
  const [known, setKnown] = useState({ searched, asked: searched });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  if (known.searched !== searched) {
    setKnown({ searched, asked: searched });
    // The words came from elsewhere, such as the button Back. An own search must not undo later typing.
    if (known.asked !== searched) setText(searched);
  }
  const search = (typed: string, afterMs: number): void => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const q = typed.trim();
      setKnown({ searched, asked: q });
      onChange({ q: q || undefined });
    }, afterMs);
  };
  const withFiles = text.includes(WITH_FILES);
  const without = text.replace(WITH_FILES, '').replaceAll(/\s+/g, ' ').trim();
  const { since, until } = list;
  return (
    <search className="mail-search">
      <div className="search">
        <Search size={16} aria-hidden />
        <input
          ref={field}
          className="input"
          type="search"
          value={text}
          placeholder={t`Search mail`}
          aria-label={t`Search mail`}
          onChange={(event) => search(event.target.value, TYPED_MS)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      </div>
      <fieldset className="chips" aria-label={t`Filters`}>
        <Chip
          on={list.unread === true}
          icon={<MailOpen size={14} aria-hidden />}
          label={t`Unread`}
          onPress={() => onChange({ unread: list.unread ? undefined : true })}
        />
        <Chip
          on={withFiles}
          icon={<Paperclip size={14} aria-hidden />}
          label={t`With files`}
          onPress={() => search(withFiles ? without : `${without} ${WITH_FILES}`.trim(), 0)}
        />
        <PopoverButton
          label={t`Date`}
          className="dialog"
          placement="bottom start"
          trigger={
            <AriaButton className={since || until ? 'chip on' : 'chip'}>
              <CalendarDays size={14} aria-hidden />
              {since || until ? `${since ?? '…'} – ${until ?? '…'}` : t`Date`}
            </AriaButton>
          }
        >
          {() => (
            <>
              <TextField
                label={t`From`}
                type="date"
                value={since ?? ''}
                onChange={(day) => onChange({ since: day || undefined })}
              />
              <TextField
                label={t`To`}
                type="date"
                value={until ?? ''}
                onChange={(day) => onChange({ until: day || undefined })}
              />
            </>
          )}
        </PopoverButton>
        {(list.q || list.unread || since || until) && (
          <AriaButton
            className="chip clear"
            onPress={() => {
              clearTimeout(timer.current);
              setText('');
              onChange({ q: undefined, unread: undefined, since: undefined, until: undefined });
            }}
          >
            <X size={14} aria-hidden />
            {t`Clear`}
          </AriaButton>
        )}
      </fieldset>
    </search>
  );
}

function Chip({
  on,
  icon,
  label,
  onPress,
}: {
  on: boolean;
  icon: ReactNode;
  label: string;
  onPress: () => void;
}): ReactNode {
  return (
    <button type="button" className={on ? 'chip on' : 'chip'} aria-pressed={on} onClick={onPress}>
      {icon}
      {label}
    </button>
  );
}
