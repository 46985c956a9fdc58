import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { CheckBox } from '../shared/check-box.js';
import { useDates } from '../shared/dates.js';
import { HtmlFrame } from '../shared/html-frame.js';

interface Props {
  original: Schemas['MessageAnswer'];
  isForward: boolean;
  quote: boolean;
  onQuote: (quote: boolean) => void;
}

/** The message that is answered or forwarded, folded. The service puts it below the text. */
export function QuotedPart({ original, isForward, quote, onQuote }: Props): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const author = original.from?.name || original.from?.address || t`(unknown)`;
  const at = dates.full(original.date ?? original.receivedAt);
  return (
    <div className="quoted-part">
      {!isForward && <CheckBox label={t`Quote the message below the text`} value={quote} onChange={onQuote} />}
      {(isForward || quote) && (
        <details>
          <summary>{isForward ? t`Forwarded: ${author}, ${at}` : t`${author}, ${at}`}</summary>
          {original.html === null ? (
            <div className="plain-text">{original.text}</div>
          ) : (
            <HtmlFrame title={t`Quoted message`} html={original.html} images={false} />
          )}
        </details>
      )}
    </div>
  );
}
