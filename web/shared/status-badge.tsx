import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { STATUS } from './account-labels.js';
import type { ShortAccount } from './account-queries.js';

const LOOKS: Record<ShortAccount['status'], string> = {
  connected: 'good',
  failing: 'bad',
  'sign-in-needed': 'warning',
  unverified: '',
  removed: '',
};

export function StatusBadge({ status }: { status: ShortAccount['status'] }): ReactNode {
  const { _ } = useLingui();
  return <span className={`badge ${LOOKS[status]}`}>{_(STATUS[status])}</span>;
}
