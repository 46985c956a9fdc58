import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { useDates } from '../shared/dates.js';
import { HtmlFrame } from '../shared/html-frame.js';
import { escaped, linesOf } from './from-draft.js';

interface Props {
  original: Schemas['MessageAnswer'];
  isForward: boolean;
  quote: boolean;
  onQuote: (quote: boolean) => void;
  /** takes the quotation into the text, where it can be shortened. @param html of the quotation */
  onShorten: (html: string) => void;
}

/** The message that is answered or forwarded, folded. The service puts it below the text. */
export function QuotedPart({ original, isForward, quote, onQuote, onShorten }: Props): ReactNode {
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
          {!isForward && (
            <Button
              small
              onPress={() => onShorten(quotationOf(original, t`On ${at}, ${author} wrote:`))}
            >{t`Shorten the quotation`}</Button>
          )}
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

/** The message as a quotation within the text of an answer. */
const quotationOf = ({ html, text }: Schemas['MessageAnswer'], line: string): string =>
  `<div></div><div>${escaped(line)}</div><blockquote>${html ?? linesOf(text ?? '')}</blockquote>`;
