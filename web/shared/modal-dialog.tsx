import type { ReactNode } from 'react';
import type { DialogProps } from './dialog-props.js';
import { loadedLater } from './loaded-later.js';

const { Component: Opened } = loadedLater(async () => (await import('./opened-dialog.js')).OpenedDialog);

export const ModalDialog = ({ open, ...props }: DialogProps & { open: boolean }): ReactNode =>
  open && <Opened {...props} />;
