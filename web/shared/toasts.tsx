import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components/Toast';
import { Button } from './button.js';

interface Notice {
  text: string;
  bad?: boolean;
  /** an action beside the text, such as undo */
  action?: { label: string; run: () => void };
}

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 3 });
/** Long enough to read the text and to press its button; a pointer or the focus on the text stops the clock. */
const SHOWN_MS = 8000;

/** Shows a short text. @returns removes the text early */
export function tell(notice: Notice): () => void {
  const key = queue.add(notice, { timeout: SHOWN_MS });
  return () => queue.close(key);
}

export function Toasts(): ReactNode {
  const { t } = useLingui();
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={t`Notices`}>
      {({ toast }) => (
        <Toast toast={toast} className={toast.content.bad ? 'toast bad' : 'toast'}>
          <ToastContent>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              small
              onPress={() => {
                queue.close(toast.key);
                toast.content.action?.run();
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <Button slot="close" small aria-label={t`Close`} icon={<X size={16} />} />
        </Toast>
      )}
    </ToastRegion>
  );
}
