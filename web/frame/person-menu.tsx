import { useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Languages, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { ActionMenu } from '../shared/action-menu.js';
import { api, ask } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { chooseLanguage } from '../shared/language.js';
import type { Me } from '../shared/me.js';
import { useProblemText } from '../shared/problem-text.js';
import { chooseTheme, chosenTheme, type Theme } from '../shared/theme.js';
import { tell } from '../shared/toasts.js';

export function PersonMenu({ me }: { me: Me }): ReactNode {
  const { t, i18n } = useLingui();
  const textOf = useProblemText();
  const client = useQueryClient();
  const [theme, setTheme] = useState(chosenTheme);
  const signOut = useMutation({
    mutationFn: () => ask(api.DELETE('/api/session')),
    onSuccess: () => {
      client.clear();
      window.location.assign('/');
    },
    onError: (error) => tell({ text: textOf(error), bad: true }),
  });
  const show = (next: Theme) => (): void => {
    chooseTheme(next);
    setTheme(next);
  };
  const name = me.name ?? me.email ?? '';
  return (
    <ActionMenu
      label={t`You`}
      placement="right bottom"
      trigger={
        <AriaButton className="rail-person" aria-label={t`${name}: language, appearance, sign out`}>
          <Avatar name={name} size={34} />
        </AriaButton>
      }
      actions={[
        {
          id: 'pl',
          label: 'Polski',
          icon: <Languages size={16} aria-hidden />,
          chosen: i18n.locale === 'pl',
          run: () => void chooseLanguage('pl'),
        },
        {
          id: 'en',
          label: 'English',
          icon: <Languages size={16} aria-hidden />,
          chosen: i18n.locale === 'en',
          run: () => void chooseLanguage('en'),
        },
        {
          id: 'system',
          label: t`As the device`,
          icon: <Monitor size={16} aria-hidden />,
          chosen: theme === 'system',
          apart: true,
          run: show('system'),
        },
        {
          id: 'light',
          label: t`Light`,
          icon: <Sun size={16} aria-hidden />,
          chosen: theme === 'light',
          run: show('light'),
        },
        {
          id: 'dark',
          label: t`Dark`,
          icon: <Moon size={16} aria-hidden />,
          chosen: theme === 'dark',
          run: show('dark'),
        },
        {
          id: 'sign-out',
          label: t`Sign out`,
          icon: <LogOut size={16} aria-hidden />,
          apart: true,
          run: () => signOut.mutate(),
        },
      ]}
    />
  );
}
