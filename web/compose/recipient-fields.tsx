import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { RecipientsField } from './recipients-field.js';
import type { Writing } from './writing.js';

interface Props {
  writing: Writing;
  /** true: the focus begins here */
  isFirst: boolean;
  onChange: (part: Partial<Pick<Writing, 'to' | 'cc' | 'bcc'>>) => void;
}

/** To, and Cc and Bcc once they are wanted. */
export function RecipientFields({ writing: { to, cc, bcc }, isFirst, onChange }: Props): ReactNode {
  const { t } = useLingui();
  const [wanted, setWanted] = useState<'cc' | 'bcc'>();
  const [shown, setShown] = useState({ cc: cc.length > 0, bcc: bcc.length > 0 });
  const show = (field: 'cc' | 'bcc') => (): void => {
    setShown({ ...shown, [field]: true });
    setWanted(field);
  };
  return (
    <>
      <RecipientsField label={t`To`} people={to} isFirst={isFirst} onChange={(people) => onChange({ to: people })}>
        <span className="more-recipients">
          {!shown.cc && <button type="button" className="link" onClick={show('cc')}>{t`Cc`}</button>}
          {!shown.bcc && <button type="button" className="link" onClick={show('bcc')}>{t`Bcc`}</button>}
        </span>
      </RecipientsField>
      {shown.cc && (
        <RecipientsField
          label={t`Cc`}
          people={cc}
          isFirst={wanted === 'cc'}
          onChange={(people) => onChange({ cc: people })}
        />
      )}
      {shown.bcc && (
        <RecipientsField
          label={t`Bcc`}
          people={bcc}
          isFirst={wanted === 'bcc'}
          onChange={(people) => onChange({ bcc: people })}
        />
      )}
    </>
  );
}
