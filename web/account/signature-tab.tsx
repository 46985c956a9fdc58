import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useId } from 'react';
import { SETTINGS } from '../shared/account-labels.js';
import { Button } from '../shared/button.js';
import { HtmlFrame } from '../shared/html-frame.js';
import { useKept } from '../shared/kept.js';
import type { Account } from './account-queries.js';
import { useSettings } from './use-settings.js';

export function SignatureTab({ account, editable }: { account: Account; editable: boolean }): ReactNode {
  return (
    <div className="settings">
      <HtmlSetting account={account} setting="header" editable={editable} />
      <HtmlSetting account={account} setting="signature" editable={editable} />
    </div>
  );
}

interface Props {
  account: Account;
  setting: 'header' | 'signature';
  editable: boolean;
}

/** The HTML of a setting, with its preview; saved by a button, because half a tag is no signature. */
function HtmlSetting({ account, setting, editable }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const id = useId();
  const [typed, setTyped] = useKept<string>(`${setting} ${account.id}`);
  const { save, saving } = useSettings(account);
  const stored = account[setting] ?? '';
  const html = typed ?? stored;
  return (
    <section className="card">
      <h2>{i18n._(SETTINGS[setting]!)}</h2>
      <p className="hint">
        {setting === 'header'
          ? t`Stands above every mail from this account.`
          : t`Stands below every mail from this account.`}
      </p>
      <div className="field">
        <label htmlFor={id}>HTML</label>
        <textarea
          id={id}
          className="input source"
          rows={8}
          value={html}
          disabled={!editable}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <h3>{t`Preview`}</h3>
      {html.trim() === '' ? <p className="hint">{t`Empty`}</p> : <HtmlFrame title={t`Preview`} html={html} images />}
      {typed !== undefined && typed !== stored && (
        <div className="dialog-actions">
          <Button onPress={() => setTyped(undefined)}>{t`Cancel`}</Button>
          <Button
            look="primary"
            isPending={saving}
            onPress={() => {
              save({ [setting]: typed.trim() === '' ? null : typed }, () => setTyped(undefined));
            }}
          >
            {t`Save`}
          </Button>
        </div>
      )}
    </section>
  );
}
