import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, ask } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { useDates } from '../shared/dates.js';
import { useCommand } from '../shared/use-command.js';
import { holdQuery } from './outbox-queries.js';

/** Why the service holds mail back, and its release. */
export function Hold(): ReactNode {
  const { t } = useLingui();
  const dates = useDates();
  const hold = useQuery(holdQuery).data;
  const { run, pending } = useCommand('outbox', 'messages', 'message');
  if (!hold?.held || hold.since === null) return null;
  const since = dates.full(hold.since);
  return (
    <div className="notice warning hold">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <strong>{plural(hold.count, { one: '# message is held back', other: '# messages are held back' })}</strong>
        <p>
          {hold.why !== 'database-restored'
            ? t`The data folder was copied or restored, ${since}. Mail from before waits, so that nothing is sent twice.`
            : t`The service was restored from a backup, ${since}. Mail from before waits, so that nothing is sent twice.`}
        </p>
      </div>
      <Button
        isPending={pending}
        onPress={() =>
          run({ run: () => ask(api.DELETE('/api/outbox/hold')), done: t`The mail leaves now, each message once` })
        }
      >
        {t`Release it`}
      </Button>
    </div>
  );
}
