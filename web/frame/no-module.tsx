import { useLingui } from '@lingui/react/macro';
import { MailQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../shared/empty-state.js';

/** For a user without any account. The screen opens by itself: a live event tells of the first account. */
export function NoModule(): ReactNode {
  const { t } = useLingui();
  return (
    <main>
      <EmptyState alone icon={<MailQuestion size={22} />} title={t`You have no mail account yet`}>
        {t`An administrator gives you access to the first account. The mail then opens here by itself, without a new sign-in.`}
      </EmptyState>
    </main>
  );
}
