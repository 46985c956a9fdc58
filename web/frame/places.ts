import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import {
  AtSign,
  Building2,
  Eraser,
  KeyRound,
  ListTodo,
  type LucideIcon,
  Mail,
  ShieldAlert,
  UserRound,
  Users,
} from 'lucide-react';
import { type Me, readsMail } from '../shared/me.js';

export interface Place {
  to: `/${'mail' | 'accounts' | 'contacts' | 'companies' | 'tasks' | 'people' | 'tokens' | 'attempts' | 'erasures'}`;
  label: MessageDescriptor;
  icon: LucideIcon;
  for: (me: Me) => boolean;
}

const isAdministrator = ({ role }: Me): boolean => role === 'administrator';
const reviews = ({ role }: Me): boolean => role !== 'user';

/** Screens of the navigation, each with the people that it is for. */
export const PLACES: readonly Place[] = [
  { to: '/mail', label: msg`Mail`, icon: Mail, for: readsMail },
  { to: '/accounts', label: msg`Accounts`, icon: AtSign, for: (me) => readsMail(me) || reviews(me) },
  { to: '/contacts', label: msg`Contacts`, icon: Users, for: readsMail },
  { to: '/companies', label: msg`Companies`, icon: Building2, for: readsMail },
  { to: '/tasks', label: msg`Tasks`, icon: ListTodo, for: readsMail },
  { to: '/people', label: msg`People`, icon: UserRound, for: isAdministrator },
  { to: '/tokens', label: msg`Tokens`, icon: KeyRound, for: isAdministrator },
  { to: '/attempts', label: msg`Attempts`, icon: ShieldAlert, for: reviews },
  { to: '/erasures', label: msg`Erasures`, icon: Eraser, for: reviews },
];
