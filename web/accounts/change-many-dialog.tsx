import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { EXPLAINED, SETTINGS } from '../shared/account-labels.js';
import type { Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { SelectField } from '../shared/select-field.js';

type Settings = Schemas['ChangeSettingsBody'];
type Kept = '' | 'on' | 'off';

const SWITCHES = ['createContacts', 'createTasks', 'keepServerCopies', 'notify', 'sendOnly'] as const;

interface Props {
  count: number;
  onClose: () => void;
  onChange: (set: Settings) => void;
}

/** Settings for many accounts at once: each stays as it is until one of the others is chosen. */
export function ChangeManyDialog({ count, onClose, onChange }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const [values, setValues] = useState<Partial<Record<(typeof SWITCHES)[number], Kept>>>({});
  const set = Object.fromEntries(
    Object.entries(values).flatMap(([setting, value]) => (value === '' ? [] : [[setting, value === 'on']])),
  ) as Settings;
  return (
    <ModalDialog title={plural(count, { one: 'Change # account', other: 'Change # accounts' })} open onClose={onClose}>
      {SWITCHES.map((setting) => (
        <SelectField<Kept>
          key={setting}
          label={i18n._(SETTINGS[setting]!)}
          hint={i18n._(EXPLAINED[setting]!)}
          value={values[setting] ?? ''}
          options={[
            ['', t`as it is`],
            ['on', t`on`],
            ['off', t`off`],
          ]}
          onChange={(value) => setValues({ ...values, [setting]: value })}
        />
      ))}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button look="primary" isDisabled={Object.keys(set).length === 0} onPress={() => onChange(set)}>
          {t`Change`}
        </Button>
      </div>
    </ModalDialog>
  );
}
