import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { AtSign, Mail, type LucideIcon } from 'lucide-react';
import type { Me } from '../shared/me.js';

export interface Place {
  to: '/mail' | '/accounts';
  label: MessageDescriptor;
  icon: LucideIcon;
  for: (me: Me) => boolean;
}

export const readsMail = ({ role, mailModule }: Me): boolean => role !== 'auditor' && mailModule;

/** Screens of the navigation, each with the people that it is for. */
export const PLACES: readonly Place[] = [
  { to: '/mail', label: msg`Mail`, icon: Mail, for: readsMail },
  {
    to: '/accounts',
    label: msg`Accounts`,
    icon: AtSign,
    for: ({ role, mailModule }) => role === 'auditor' || mailModule,
  },
];
