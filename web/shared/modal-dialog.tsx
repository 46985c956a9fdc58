import type { ReactNode } from 'react';
import { loadedLater } from './loaded-later.js';

export interface DialogProps {
  title: string;
  onClose: () => void;
  width?: number;
  /** false: only an action of the dialog closes it */
  dismissable?: boolean;
  children: ReactNode;
}

const { Component: Opened } = loadedLater(async () => (await import('./opened-dialog.js')).OpenedDialog);

export const ModalDialog = ({ open, ...props }: DialogProps & { open: boolean }): ReactNode =>
  open && <Opened {...props} />;
