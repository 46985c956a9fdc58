import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { ShortAccount } from '../shared/account-queries.js';
import type { Schemas } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { CheckBox } from '../shared/check-box.js';
import { useDates } from '../shared/dates.js';
import { StatusBadge } from '../shared/status-badge.js';
import { useStatusWords } from '../shared/status-words.js';

type Settings = Schemas['ChangeSettingsBody'];

interface Props {
  account: ShortAccount;
  editable: boolean;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
  /** @param back settings that take the change back */
  onChange: (set: Settings, back: Settings) => void;
}

const SHOWN_PEOPLE = 4;

export function AccountRow({ account, editable, chosen, onChoose, onChange }: Props): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const why = useStatusWords().of(account);
  const { id, address, users, status, lastFetchedAt, unread } = account;
  const box = (setting: 'createContacts' | 'createTasks' | 'notify', label: string): ReactNode => (
    <CheckBox
      label={`${label}: ${address}`}
      hiddenLabel
      value={account[setting]}
      disabled={!editable}
      onChange={(on) => onChange({ [setting]: on }, { [setting]: !on })}
    />
  );
  return (
    <tr>
      <td>
        <CheckBox label={t`Choose ${address}`} hiddenLabel value={chosen} disabled={!editable} onChange={onChoose} />
      </td>
      <td className="who">
        <Link to="/accounts/$id" params={{ id }} className="address">
          {address}
        </Link>
        <NameField account={account} editable={editable} onChange={onChange} />
      </td>
      <td>
        <StatusBadge status={status} />
        {why !== undefined && <p className="reason">{why}</p>}
      </td>
      <td>
        <span className="people" title={users.map(({ name, email }) => name ?? email ?? '').join(', ')}>
          {users.slice(0, SHOWN_PEOPLE).map((user) => (
            <Avatar key={user.id} name={user.name ?? user.email ?? '?'} size={26} />
          ))}
          {users.length > SHOWN_PEOPLE && <span className="soft">+{users.length - SHOWN_PEOPLE}</span>}
          <span className="visually-hidden">{users.map(({ name, email }) => name ?? email ?? '').join(', ')}</span>
          {users.length === 0 && <span className="soft">{t`administrators only`}</span>}
        </span>
      </td>
      <td>{box('createContacts', t`Create contacts`)}</td>
      <td>{box('createTasks', t`Create tasks`)}</td>
      <td>{box('notify', t`Notify`)}</td>
      <td className="soft">
        {lastFetchedAt === null ? t`never` : <time dateTime={lastFetchedAt}>{dates.short(lastFetchedAt)}</time>}
      </td>
      <td className="number">{unread ?? ''}</td>
    </tr>
  );
}

/** The name, edited in its place: Enter or leaving saves, Escape takes back. */
function NameField({ account, editable, onChange }: Pick<Props, 'account' | 'editable' | 'onChange'>): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState<string>();
  const { name, address } = account;
  if (!editable) return <p className="soft">{name}</p>;
  return (
    <input
      className="in-place"
      value={text ?? name}
      aria-label={t`Name of ${address}`}
      placeholder={t`Add a name`}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (text !== undefined && text.trim() !== name) onChange({ name: text.trim() }, { name });
        setText(undefined);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        setText(undefined);
        event.stopPropagation();
      }}
    />
  );
}
