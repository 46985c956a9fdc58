import './sign-in.css';
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import icon from '../icon.svg';
import { Button } from '../shared/button.js';
import { chooseLanguage } from '../shared/language.js';
import { ProviderLink } from './provider-link.js';
import { SignInForm } from './sign-in-form.js';

export function SignInScreen({ onSignedIn }: { onSignedIn: () => Promise<void> }): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <div className="sign-in">
      <main className="sign-in-card">
        <header>
          <img src={icon} alt="" width={44} height={44} />
          <h1>{t`Sign in to Mailroom`}</h1>
          <p className="hint">{t`The mail of your company, and everything that it sets in motion.`}</p>
        </header>
        <SignInForm onSignedIn={onSignedIn} />
        <ProviderLink />
      </main>
      <footer>
        <Button small look="quiet" aria-current={i18n.locale === 'pl'} onPress={() => void chooseLanguage('pl')}>
          Polski
        </Button>
        <Button small look="quiet" aria-current={i18n.locale === 'en'} onPress={() => void chooseLanguage('en')}>
          English
        </Button>
      </footer>
    </div>
  );
}
