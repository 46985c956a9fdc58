import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { EXPLAINED, SETTINGS } from '../shared/account-labels.js';
import { ChoiceField } from '../shared/choice-field.js';
import { SwitchField } from '../shared/switch-field.js';
import { AccessSection } from './access-section.js';
import type { Account } from './account-queries.js';
import { FolderField } from './folder-field.js';
import { LimitsField } from './limits-field.js';
import { SavedField } from './saved-field.js';
import { ServersSection } from './servers-section.js';
import { useSettings } from './use-settings.js';

interface Props {
  account: Account;
  editable: boolean;
}

const SWITCHES = ['createTasks', 'keepServerCopies', 'notify', 'sendOnly'] as const;

export function SettingsTab({ account, editable }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const { save } = useSettings(account);
  const label = (setting: string): string => i18n._(SETTINGS[setting]!);
  const explained = (setting: string): string => i18n._(EXPLAINED[setting]!);
  return (
    <div className="settings">
      <section className="card">
        <h2>{t`General`}</h2>
        <SavedField label={label('name')} value={account.name} disabled={!editable} onSave={(name) => save({ name })} />
        <SavedField
          label={label('senderName')}
          value={account.senderName ?? ''}
          disabled={!editable}
          hint={t`Stands beside the address in mail from this account`}
          onSave={(senderName) => save({ senderName: senderName.trim() || null })}
        />
        <ChoiceField
          label={label('undoSeconds')}
          value={String(account.undoSeconds)}
          disabled={!editable}
          options={[...new Set([0, 5, 10, 20, 30, 60, account.undoSeconds])]
            .toSorted((a, b) => a - b)
            .map((seconds) => [String(seconds), String(seconds)] as const)}
          onChange={(seconds) => save({ undoSeconds: Number(seconds) })}
        />
        <LimitsField value={account.limits} disabled={!editable} onSave={(limits) => save({ limits })} />
        <SavedField
          label={label('fetchSince')}
          type="date"
          value={account.fetchSince ?? ''}
          disabled={!editable}
          hint={t`Older mail stays on the server and is not fetched. Empty: everything is fetched.`}
          onSave={(day) => save({ fetchSince: day || null })}
        />
        <SwitchField
          label={label('createContacts')}
          hint={explained('createContacts')}
          value={account.createContacts}
          disabled={!editable}
          onChange={(createContacts) => save({ createContacts })}
        />
        {account.createContacts && (
          <ChoiceField
            label={label('createContactsFrom')}
            value={account.createContactsFrom}
            disabled={!editable}
            options={[
              ['people', t`people only, without automatic and bulk mail`],
              ['everyone', t`everyone`],
            ]}
            onChange={(createContactsFrom) => save({ createContactsFrom })}
          />
        )}
        {SWITCHES.map((setting) => (
          <SwitchField
            key={setting}
            label={label(setting)}
            hint={explained(setting)}
            value={account[setting]}
            disabled={!editable}
            onChange={(on) => save({ [setting]: on })}
          />
        ))}
      </section>
      <div className="settings-column">
        <AccessSection account={account} />
        <ServersSection account={account} editable={editable} />
        <section className="card">
          <h2>{t`Folders of the server`}</h2>
          {(['sentFolder', 'draftsFolder'] as const).map((setting) => (
            <FolderField
              key={setting}
              accountId={account.id}
              label={label(setting)}
              value={account[setting]}
              editable={editable}
              onChange={(folder) => save({ [setting]: folder })}
            />
          ))}
        </section>
      </div>
    </div>
  );
}
