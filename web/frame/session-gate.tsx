import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { useLingui } from '@lingui/react/macro';
import { api, ask, onSignedOut } from '../shared/api.js';
import { FailedState } from '../shared/failed-state.js';
import { meQuery, type Me } from '../shared/me.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { Problem } from '../shared/problem.js';
import { ProviderLink } from '../sign-in/provider-link.js';
import { SignInForm } from '../sign-in/sign-in-form.js';
import { SignInScreen } from '../sign-in/sign-in-screen.js';
import { LiveUpdates } from './live-updates.js';

/**
 * Shows the page to a signed-in person, and the sign-in to all others. When a session ends on its own, the page stays
 * with everything typed, and the sign-in comes on top.
 */
export function SessionGate({ children }: { children: ReactNode }): ReactNode {
  const { t } = useLingui();
  const client = useQueryClient();
  const me = useQuery(meQuery);
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);

  const signedIn = async (): Promise<void> => {
    const before = client.getQueryData<Me>(meQuery.queryKey);
    const now = await ask(api.GET('/api/me'));
    // Nothing of one person may show to another.
    if (before !== undefined && before.id !== now.id) return window.location.reload();
    setEnded(false);
    client.setQueryData(meQuery.queryKey, now);
    await client.invalidateQueries();
  };

  // The person may have signed in in another tab.
  const cameBack = useEffectEvent(() => void signedIn().catch(() => undefined));
  useEffect(() => {
    if (!ended) return undefined;
    const listen = (): void => cameBack();
    window.addEventListener('focus', listen);
    return () => window.removeEventListener('focus', listen);
  }, [ended]);

  if (me.data === undefined) {
    if (me.error instanceof Problem && me.error.status === 401) return <SignInScreen onSignedIn={signedIn} />;
    if (me.isError) return <FailedState error={me.error} retry={() => void me.refetch()} />;
    return null;
  }
  return (
    <>
      {!ended && <LiveUpdates />}
      {children}
      <ModalDialog title={t`Sign in again`} open={ended} onClose={() => undefined} dismissable={false} width={400}>
        <p className="hint">{t`Your session has ended. Everything that you typed is still here.`}</p>
        <SignInForm onSignedIn={signedIn} email={me.data.email ?? ''} />
        <ProviderLink apart />
      </ModalDialog>
    </>
  );
}
