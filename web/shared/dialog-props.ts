import type { ReactNode } from 'react';

export interface DialogProps {
  title: string;
  onClose: () => void;
  width?: number;
  /** false: only an action of the dialog closes it */
  dismissable?: boolean;
  children: ReactNode;
}
