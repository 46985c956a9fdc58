import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../shared/empty-state.js';

export function NotFound(): ReactNode {
  const { t } = useLingui();
  return (
    <main>
      <EmptyState
        alone
        icon={<Compass size={22} />}
        title={t`There is no such page`}
        action={<Link className="button" to="/mail">{t`Go to the mail`}</Link>}
      >
        {t`The address may be old, or mistyped.`}
      </EmptyState>
    </main>
  );
}
