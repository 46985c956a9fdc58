import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { SETTINGS } from '../shared/account-labels.js';
import type { Account } from './account-queries.js';
import { SavedField } from './saved-field.js';

interface Props {
  value: Account['limits'];
  disabled: boolean;
  onSave: (limits: Account['limits']) => void;
}

/** Most messages that the account sends in a time. */
export function LimitsField({ value, disabled, onSave }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const times = [
    ['perMinute', t`a minute`],
    ['perHour', t`an hour`],
    ['perDay', t`a day`],
  ] as const;
  return (
    <fieldset className="limits">
      <legend className="field-label">{i18n._(SETTINGS['limits']!)}</legend>
      <div>
        {times.map(([field, label]) => (
          <SavedField
            key={field}
            label={label}
            type="number"
            value={value[field] === null ? '' : String(value[field])}
            disabled={disabled}
            onSave={(typed) => onSave({ ...value, [field]: typed === '' ? null : Number(typed) })}
          />
        ))}
      </div>
      <p className="hint">{t`Most messages that are sent in that time. Empty: the preset of the provider.`}</p>
    </fieldset>
  );
}
