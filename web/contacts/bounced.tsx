import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { MailX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { useDates } from '../shared/dates.js';

/** Mail to the address came back: from which message it is known, and when. */
export function Bounced({ bounce }: { bounce: Schemas['BounceAnswer'] }): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const { address, at, code, messageId } = bounce;
  const day = dates.short(at);
  const text =
    code === null ? t`Mail to ${address} came back, ${day}.` : t`Mail to ${address} came back (${code}), ${day}.`;
  return (
    <p className="bounced">
      <MailX size={15} aria-hidden />
      <span>
        {text}
        {messageId !== null && (
          <>
            {' '}
            <Link to="/mail" search={{ box: 'sent', open: messageId }}>{t`Open the message`}</Link>
          </>
        )}
      </span>
    </p>
  );
}
