import { useLingui } from '@lingui/react/macro';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  /** true: the sign-in runs in another tab, so that this one keeps everything that was typed */
  apart?: boolean;
}

/** Leads to the sign-in page of the company's OpenID provider, if the service has one. */
export function ProviderLink({ apart = false }: Props): ReactNode {
  const { t } = useLingui();
  if (document.querySelector('meta[name="sign-in-provider"]') === null) return null;
  const returnTo = apart ? '/' : `${location.pathname}${location.search}`;
  return (
    <div className="provider">
      <p className="hint">{t`or`}</p>
      <a
        className="button"
        href={`/api/session/openid/start?returnTo=${encodeURIComponent(returnTo)}`}
        {...(apart ? { target: '_blank', rel: 'noreferrer' } : {})}
      >
        <KeyRound size={16} aria-hidden />
        {t`Sign in with the account of your company`}
      </a>
      {apart && <p className="hint">{t`It opens in another tab. Come back to this one afterwards.`}</p>}
    </div>
  );
}
