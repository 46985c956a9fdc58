import { useLingui } from '@lingui/react/macro';
import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { useDates } from '../shared/dates.js';
import { ListScreen } from '../shared/list-screen.js';
import { useAttemptWords } from './attempt-words.js';

/** Refused attempts: sign-ins, logins and commands without the right. */
export function AttemptsScreen(): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const words = useAttemptWords();
  return (
    <ListScreen
      title={t`Refused attempts`}
      queryKey={['attempts']}
      load={({ cursor }, signal) =>
        ask(api.GET('/api/attempts', { params: { query: cursor ? { cursor } : {} }, signal }))
      }
      columns={[t`Time`, t`Person`, t`Attempt`, t`Reason`, t`Times`, t`From`]}
      row={(attempt: Schemas['AttemptAnswer']) => (
        <tr key={attempt.id}>
          <td title={dates.full(attempt.at)}>{dates.short(attempt.at)}</td>
          <td>{attempt.by?.name ?? attempt.user?.name ?? t`(unknown)`}</td>
          <td title={attempt.action ?? ''}>
            {words.action(attempt.action)}
            {attempt.account?.address && <span className="soft"> {attempt.account.address}</span>}
          </td>
          <td>
            <span className="badge bad" title={attempt.reason}>
              {words.reason(attempt.reason)}
            </span>
          </td>
          <td className="number">{attempt.times}</td>
          <td className="soft">{attempt.from}</td>
        </tr>
      )}
      empty={{
        icon: <ShieldAlert size={22} />,
        title: t`Nothing was refused`,
        text: t`Refused sign-ins and attempts without the right are listed here.`,
      }}
    />
  );
}
