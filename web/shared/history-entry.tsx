import { useLingui } from '@lingui/react/macro';
import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from './api.js';
import { Avatar } from './avatar.js';
import { useDates } from './dates.js';
import { useSettingTexts } from './setting-text.js';

type Entry = Schemas['HistoryEntryAnswer'];

/** Sentences for changes, to read after the name of the author. A change of a setting needs none. */
const TYPES: Record<string, MessageDescriptor> = {
  AccountAdded: msg`added the account`,
  AccountRemoved: msg`removed the account`,
  AccountAbandoned: msg`did not finish adding the account`,
  AddressClaimDropped: msg`took up an address that this account had given up`,
  AccessGranted: msg`gave access`,
  AccessRevoked: msg`took access`,
  PasswordChanged: msg`changed the password`,
  SignInGranted: msg`signed in at the provider`,
  SignInRanOut: msg`found that the sign-in at the provider has run out`,
  FolderFound: msg`created a folder`,
  FolderRenamed: msg`renamed a folder`,
  FolderGone: msg`removed a folder`,
  FolderForgotten: msg`forgot a folder that was gone from the server`,
  FolderChosen: msg`chose the folders to fetch`,
  FolderRoleSet: msg`gave a folder a role`,
};

/** One change: author, time and way in, and each setting with its old and its new value. */
export function HistoryEntry({ entry, action }: { entry: Entry; action?: ReactNode }): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const { nameOf, textOf } = useSettingTexts();
  const { by, at, via, type, summary, changes, revertedTo } = entry;
  const sentence = TYPES[type];
  const way =
    via === 'web' ? t`on the page` : via.startsWith('api:') ? t`by the service ${via.slice(4)}` : t`by itself`;
  return (
    <li className="history-entry">
      <Avatar name={by.name} size={32} />
      <div>
        <p>
          <strong>{by.name}</strong> {sentence ? i18n._(sentence) : changes.length > 0 ? t`changed` : summary}
          {revertedTo !== undefined && <span className="badge">{t`set back`}</span>}
        </p>
        {changes.map(({ field, from, to }) => (
          <p key={field} className="change">
            <span className="field-name">{nameOf(field)}</span>
            {from !== null && (
              <>
                <del>{textOf(from)}</del>
                <ArrowRight size={14} aria-hidden />
                <span className="visually-hidden">{t`becomes`}</span>
              </>
            )}
            <ins>{textOf(to)}</ins>
          </p>
        ))}
        <p className="hint">
          <time dateTime={at}>{dates.full(at)}</time> · {way}
        </p>
      </div>
      {action}
    </li>
  );
}
