import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useId, useState } from 'react';
import { SECURITY, SETTINGS } from '../shared/account-labels.js';
import { useDates } from '../shared/dates.js';
import { accessQuery, type Account, accountQuery } from './account-queries.js';

const STEPS = 200;

/** A slider over the life of the account: its settings and its people at that moment. */
export function AsItWas({ account }: { account: Account }): ReactNode {
  const { t, i18n } = useLingui();
  const slider = useId();
  const dates = useDates();
  const [step, setStep] = useState(STEPS);
  const [opened] = useState(() => Date.now());
  const added = Date.parse(account.addedAt);
  const moment = useDeferredValue(new Date(added + ((opened - added) * step) / STEPS).toISOString());
  const isPast = step < STEPS;
  const then = useQuery({
    ...accountQuery(account.id, { at: moment }),
    enabled: isPast,
    gcTime: 10_000,
    placeholderData: (old) => old,
  }).data;
  const access = useQuery({
    ...accessQuery(account.id, moment),
    enabled: isPast,
    gcTime: 10_000,
    placeholderData: (old) => old,
  }).data;
  const server = ({ host, port, security }: Account['incoming']): string =>
    `${host}:${port} (${i18n._(SECURITY[security])})`;
  const lines: [keyof Account, string][] = then
    ? [
        ['address', then.address],
        ['name', then.name],
        ['login', then.login],
        ['incoming', server(then.incoming)],
        ['outgoing', server(then.outgoing)],
        ...(['sendOnly', 'createContacts', 'createTasks', 'keepServerCopies', 'notify'] as const).map(
          (field): [keyof Account, string] => [field, then[field] ? t`on` : t`off`],
        ),
      ]
    : [];
  return (
    <section className="card as-it-was">
      <h2>
        <label htmlFor={slider}>{isPast ? t`As it was on ${dates.full(moment)}` : t`As it is now`}</label>
      </h2>
      <input
        id={slider}
        type="range"
        min={0}
        max={STEPS}
        value={step}
        aria-valuetext={isPast ? dates.full(moment) : t`now`}
        onChange={(event) => setStep(Number(event.target.value))}
      />
      {isPast && (
        <div className="then">
          <dl>
            {lines.map(([field, value]) => (
              <div
                key={field}
                data-different={
                  then && JSON.stringify(then[field]) !== JSON.stringify(account[field]) ? true : undefined
                }
              >
                <dt>{i18n._(SETTINGS[field]!)}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <div>
            <h3>{t`Could use it then`}</h3>
            <ul className="bullets">
              {access?.map(({ id, name, email }) => (
                <li key={id}>{name ?? email}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </section>
  );
}
