import { useLingui } from '@lingui/react/macro';
import { Navigate, Outlet, useMatch } from '@tanstack/react-router';
import { WifiOff } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { takeRefusal } from '../shared/came-back.js';
import { useMe } from '../shared/me.js';
import { useRefusalText } from '../shared/problem-text.js';
import { tell } from '../shared/toasts.js';
import { ComposerPlace } from './composer-place.js';
import { useLiveState } from './live-updates.js';
import { Navigation } from './navigation.js';
import { NoModule } from './no-module.js';

export function Frame(): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const state = useLiveState();
  useRefusalTold();
  // Not by the location: it comes later than the screen that `Outlet` shows.
  const inMail = useMatch({ from: '/mail', shouldThrow: false }) !== undefined;
  return (
    <div className="frame">
      <Navigation me={me} />
      <div className="place">
        {state === 'away' && (
          <output className="banner">
            <WifiOff size={16} aria-hidden />
            {t`No connection to the service. The page may be out of date; it updates by itself.`}
          </output>
        )}
        {me.role === 'user' && !me.mailModule ? (
          <NoModule />
        ) : me.role === 'auditor' && inMail ? (
          <Navigate to="/accounts" />
        ) : (
          <Outlet />
        )}
      </div>
      <ComposerPlace />
    </div>
  );
}

/** Tells a signed-in person why the sign-in to a mailbox was refused. */
function useRefusalTold(): void {
  const textOf = useRefusalText();
  const told = useEffectEvent((reason: string) => void tell({ text: textOf(reason), bad: true }));
  useEffect(() => {
    const reason = takeRefusal();
    if (reason !== undefined) told(reason);
  }, []);
}
