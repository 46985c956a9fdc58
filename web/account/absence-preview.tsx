import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { useProblemText } from '../shared/problem-text.js';
import { whyOf } from './absence-words.js';

interface Props {
  accountId: string;
  /** subject as it is typed now; null: that of the message that came */
  subject: string | null;
}

/** The mail of the last 30 days that the reply would have answered, before anybody gets one. */
export function AbsencePreview({ accountId, subject }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const dates = useDates();
  const textOf = useProblemText();
  const tried = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/accounts/{id}/autoresponder/preview', {
          params: { path: { id: accountId } },
          body: { subject },
        }),
      ),
  });
  const found = tried.data;
  return (
    <div className="absence-preview">
      <Button
        icon={<FlaskConical size={16} aria-hidden />}
        isPending={tried.isPending}
        onPress={() => tried.mutate()}
      >{t`Try it on the mail of the last 30 days`}</Button>
      {tried.isError && (
        <p className="notice bad" role="alert">
          {textOf(tried.error)}
        </p>
      )}
      {found && (
        <output className="notice">
          <div>
            <p>
              <strong>
                {plural(found.answered, {
                  one: '# message would have been answered',
                  other: '# messages would have been answered',
                })}
              </strong>{' '}
              {plural(found.messages, { one: 'of # that came.', other: 'of # that came.' })}{' '}
              {!found.complete && t`There were more; only the newest were looked at.`}
            </p>
            {found.replies.length > 0 && (
              <details>
                <summary>{t`Senders that would have had an answer`}</summary>
                <ul className="preview-list">
                  {found.replies.map(({ messageId, to, subject: line, receivedAt }) => (
                    <li key={messageId}>
                      <span>
                        <strong>{to}</strong> <span className="hint">{line}</span>
                      </span>
                      <time dateTime={receivedAt}>{dates.short(receivedAt)}</time>
                    </li>
                  ))}
                </ul>
              </details>
            )}
            {found.suppressed.length > 0 && (
              <details>
                <summary>{t`Why others would have had none`}</summary>
                <ul className="preview-list">
                  {found.suppressed.map(({ reason, count }) => {
                    const why = whyOf(reason) ?? '';
                    return (
                      <li key={reason}>
                        <span>{typeof why === 'string' ? why : i18n._(why)}</span>
                        <span>{count.toLocaleString(i18n.locale)}</span>
                      </li>
                    );
                  })}
                </ul>
              </details>
            )}
          </div>
        </output>
      )}
    </div>
  );
}
