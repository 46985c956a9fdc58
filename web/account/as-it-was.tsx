import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useId, useState } from 'react';
import { useDates } from '../shared/dates.js';
import { useSettingTexts } from '../shared/setting-text.js';
import { accessQuery, type Account, accountQuery } from './account-queries.js';
import { isSame, PAST_SETTINGS } from './past-settings.js';

const STEPS = 200;
const SHOWN_MS = 10_000;

/** A slider over the life of the account: its settings and its people at that moment. */
export function AsItWas({ account }: { account: Account }): ReactNode {
  const { t } = useLingui();
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
    gcTime: SHOWN_MS,
    placeholderData: (old) => old,
  });
  const access = useQuery({
    ...accessQuery(account.id, moment),
    enabled: isPast,
    gcTime: SHOWN_MS,
    placeholderData: (old) => old,
  });
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
      <p className="hint">{t`Move the slider back to see the settings, and the people with access, at an earlier time.`}</p>
      {isPast && then.data && (
        <div className="then">
          <Settings then={then.data} now={account} />
          <div>
            <h3>{t`Could use it then`}</h3>
            <ul className="bullets">
              {access.data?.map(({ id, name, email }) => (
                <li key={id}>{name ?? email}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </section>
  );
}

/** All settings of a moment; those that differ from now are marked. */
function Settings({ then, now }: { then: Account; now: Account }): ReactNode {
  const { t } = useLingui();
  const { nameOf, textOf } = useSettingTexts();
  return (
    <dl>
      {PAST_SETTINGS.map((field) => {
        const isDifferent = !isSame(then[field], now[field]);
        return (
          <div key={field} data-different={isDifferent || undefined}>
            <dt>{nameOf(field)}</dt>
            <dd>
              {textOf(then[field])}
              {isDifferent && <span className="hint"> {t`now: ${textOf(now[field])}`}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
