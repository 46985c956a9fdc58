import { useLingui } from '@lingui/react/macro';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '../shared/me.js';
import { ComposerPlace } from './composer-place.js';
import { useLiveState } from './live-updates.js';
import { Navigation } from './navigation.js';
import { NoModule } from './no-module.js';

export function Frame(): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const state = useLiveState();
  const inMail = useLocation().pathname === '/mail';
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
