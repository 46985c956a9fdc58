import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Me, readsMail } from '../shared/me.js';
import icon from '../icon.svg';
import { NotificationBell } from '../notifications/notification-bell.js';
import { PersonMenu } from './person-menu.js';
import { PLACES } from './places.js';

export function Navigation({ me }: { me: Me }): ReactNode {
  const { t, i18n } = useLingui();
  const places = PLACES.filter((place) => place.for(me));
  return (
    <nav className="rail" aria-label={t`Main navigation`}>
      <img className="rail-icon" src={icon} alt="Mailroom" width={32} height={32} />
      <ul>
        {places.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link className="rail-link" to={to} activeProps={{ 'aria-current': 'page' }}>
              <Icon size={20} aria-hidden />
              <span>{i18n._(label)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="rail-foot">
        {readsMail(me) && <NotificationBell />}
        <PersonMenu me={me} />
      </div>
    </nav>
  );
}
