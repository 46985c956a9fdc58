import { i18n } from '@lingui/core';
import { I18nProvider, useLingui } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { I18nProvider as AriaLanguage } from 'react-aria-components/I18nProvider';
import { queries } from '../shared/queries.js';
import { Toasts } from '../shared/toasts.js';
import { SessionGate } from './session-gate.js';
import { router } from './router.js';

export function App(): ReactNode {
  return (
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <InLanguage>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
          <Toasts />
        </InLanguage>
      </QueryClientProvider>
    </I18nProvider>
  );
}

/** The widgets of React Aria speak the same language as the page. */
function InLanguage({ children }: { children: ReactNode }): ReactNode {
  const { i18n: active } = useLingui();
  return <AriaLanguage locale={active.locale}>{children}</AriaLanguage>;
}
