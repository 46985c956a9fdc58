import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { SECURITY } from './account-labels.js';
import type { Schemas } from './api.js';
import { SelectField } from './select-field.js';
import { TextField } from './text-field.js';

export type Server = Schemas['ServerBody'];

interface Props {
  title: string;
  value: Server;
  onChange: (server: Server) => void;
  wrong?: string | undefined;
  disabled?: boolean;
}

/** Host, port and encryption of a mail server. */
export function ServerFields({ title, value, onChange, wrong, disabled = false }: Props): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <fieldset className="server-fields" disabled={disabled}>
      <legend>{title}</legend>
      <TextField
        label={t`Host`}
        value={value.host}
        wrong={wrong}
        autoComplete="off"
        onChange={(host) => onChange({ ...value, host: host.trim() })}
      />
      <TextField
        label={t`Port`}
        type="number"
        value={value.port ? String(value.port) : ''}
        onChange={(port) => onChange({ ...value, port: Number(port) })}
      />
      <SelectField
        label={t`Encryption`}
        value={value.security}
        options={(['tls', 'starttls', 'none'] as const).map((each) => [each, i18n._(SECURITY[each])] as const)}
        onChange={(security) => onChange({ ...value, security })}
      />
    </fieldset>
  );
}
