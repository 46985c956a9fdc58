import { useLingui } from '@lingui/react';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { SECURITY, SETTINGS } from './account-labels.js';
import type { Schemas } from './api.js';
import { Avatar } from './avatar.js';
import { useDates } from './dates.js';

type Entry = Schemas['HistoryEntryAnswer'];
type Value = Schemas['ChangeAnswer']['from'];

/** Sentences for changes that are more than a setting with two values. */
const TYPES: Record<string, MessageDescriptor> = {
  AccountAdded: msg`added the account`,
  AccountRemoved: msg`removed the account`,
  AccessGranted: msg`gave access`,
  AccessRevoked: msg`took access`,
  PasswordChanged: msg`changed the password`,
  FetchRequested: msg`asked for mail`,
};

const WORDS: Record<string, MessageDescriptor> = {
  true: msg`on`,
  false: msg`off`,
  none: msg`empty`,
};

/** One change: author, time and way in, and each setting with its old and its new value. */
export function HistoryEntry({ entry, action }: { entry: Entry; action?: ReactNode }): ReactNode {
  const { _ } = useLingui();
  const dates = useDates();
  const { by, at, via, type, summary, changes } = entry;
  const sentence = TYPES[type];
  const shown = (value: Value): string =>
    textOf(
      value,
      (word) => (WORDS[word] ? _(WORDS[word]) : word),
      (security) => _(SECURITY[security]),
    );
  return (
    <li className="history-entry">
      <Avatar name={by.name} size={32} />
      <div>
        <p>
          <strong>{by.name}</strong> {sentence ? _(sentence) : changes.length > 0 ? '' : summary}
        </p>
        {changes.map(({ field, from, to }) => (
          <p key={field} className="change">
            <span className="field-name">{SETTINGS[field] ? _(SETTINGS[field]) : field}</span>
            {from !== null && (
              <>
                <del>{shown(from)}</del>
                <ArrowRight size={14} aria-hidden />
              </>
            )}
            <ins>{shown(to)}</ins>
          </p>
        ))}
        <p className="hint">
          <time dateTime={at}>{dates.full(at)}</time> · {via}
        </p>
      </div>
      {action}
    </li>
  );
}

const LONGEST = 160;

function textOf(
  value: Value,
  word: (text: string) => string,
  security: (name: 'tls' | 'starttls' | 'none') => string,
): string {
  if (value === null || value === '') return word('none');
  if (typeof value === 'boolean') return word(String(value));
  if (typeof value !== 'object') return String(value).slice(0, LONGEST);
  if (Array.isArray(value)) return value.join(', ');
  if ('host' in value) return `${value.host}:${value.port} (${security(value.security)})`;
  if ('enabled' in value) return [word(String(value.enabled)), value.subject].filter(Boolean).join(': ');
  if ('perMinute' in value)
    return [value.perMinute, value.perHour, value.perDay].map((each) => each ?? '–').join(' / ');
  if ('name' in value) return value.name;
  return value.messageId;
}
