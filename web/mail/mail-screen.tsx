import type { ReactNode } from 'react';

export function MailScreen(): ReactNode {
  return <main />;
}
