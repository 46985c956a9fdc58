import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../shared/api.js';
import { takeRefusal } from '../shared/came-back.js';
import { Button } from '../shared/button.js';
import { focusFirstField } from '../shared/focus.js';
import { Problem } from '../shared/problem.js';
import { useProblemText, useRefusalText } from '../shared/problem-text.js';
import { TextField } from '../shared/text-field.js';

export function SignInForm({
  onSignedIn,
  email: known = '',
}: {
  onSignedIn: () => Promise<void>;
  email?: string;
}): ReactNode {
  const { t } = useLingui();
  const textOf = useProblemText();
  const textOfRefusal = useRefusalText();
  const [refusal] = useState(takeRefusal);
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: async () => {
      await ask(api.POST('/api/session', { body: { email, password } }));
      await onSignedIn();
    },
  });
  const problem = signIn.error;
  const text =
    problem instanceof Problem && problem.status === 401
      ? t`No active user has this address and password. Check both, or ask an administrator for a new password.`
      : problem instanceof Problem && problem.status === 429
        ? t`Too many failed attempts. Wait a few minutes, then try again.`
        : problem
          ? textOf(problem)
          : refusal && textOfRefusal(refusal);
  return (
    <form
      ref={focusFirstField}
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <TextField
        label={t`E-mail address`}
        type="email"
        name="email"
        value={email}
        onChange={setEmail}
        autoComplete="username"
        required
      />
      <TextField
        label={t`Password`}
        type="password"
        name="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        required
      />
      {text && (
        <p className="notice bad" role="alert">
          {text}
        </p>
      )}
      <Button type="submit" look="primary" isPending={signIn.isPending}>{t`Sign in`}</Button>
    </form>
  );
}
