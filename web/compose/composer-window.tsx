import { useLingui } from '@lingui/react/macro';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Maximize2, Minimize2, Minus, X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { Composition } from '../shared/compositions.js';
import { FailedState } from '../shared/failed-state.js';
import { IconButton } from '../shared/icon-button.js';
import { LoadingLines } from '../shared/loading-lines.js';
import { Composer, type ComposerHandle } from './composer.js';
import { startQuery } from './compose-queries.js';
import type { Sent } from './use-sending.js';

interface Props {
  composition: Composition;
  /** `sent` windows are hidden, and come back when the person undoes */
  look: 'open' | 'folded' | 'sent';
  onFold: () => void;
  onUnfold: () => void;
  onSent: (sent: Sent) => void;
  onEnd: () => void;
}

/** A window with one message, as wide as the screen of a phone. It blocks nothing else of the page. */
export function ComposerWindow({ composition, look, onFold, onUnfold, onSent, onEnd }: Props): ReactNode {
  const { t } = useLingui();
  const id = useId();
  const client = useQueryClient();
  const started = useQuery(startQuery(client, composition));
  const [isLarge, setLarge] = useState(false);
  const [subject, setSubject] = useState<string>();
  const root = useRef<HTMLDialogElement>(null);
  const composer = useRef<ComposerHandle>(null);
  useFocusComesBack(look === 'sent');
  useFocusOf(root, look === 'open' ? composition.called : undefined);
  const name = subject ?? started.data?.writing.subject ?? '';
  const title = name.trim() === '' ? t`New message` : name;
  return (
    <dialog
      open
      ref={root}
      className="composer"
      tabIndex={-1}
      aria-labelledby={id}
      data-look={look}
      data-large={isLarge || undefined}
      hidden={look === 'sent'}
    >
      <header className="composer-head">
        {look === 'folded' ? (
          <h2>
            <button type="button" id={id} onClick={onUnfold}>
              {title}
            </button>
          </h2>
        ) : (
          <h2 id={id}>{title}</h2>
        )}
        {look === 'open' && (
          <>
            <IconButton small label={t`Fold`} icon={<Minus size={16} />} onPress={onFold} />
            <span className="only-wide">
              <IconButton
                small
                label={isLarge ? t`Smaller` : t`Larger`}
                icon={isLarge ? <Minimize2 size={15} /> : <Maximize2 size={15} />}
                onPress={() => setLarge(!isLarge)}
              />
            </span>
          </>
        )}
        <IconButton
          small
          label={started.data ? t`Close, and keep a draft` : t`Close`}
          icon={<X size={16} />}
          onPress={() => (composer.current ? composer.current.leave() : onEnd())}
        />
      </header>
      <div className="composer-body" hidden={look === 'folded'}>
        {started.data ? (
          <Composer
            ref={composer}
            compositionId={composition.id}
            started={started.data}
            isHidden={look === 'sent'}
            onSubject={setSubject}
            onSent={onSent}
            onMinimise={onFold}
            onEnd={onEnd}
          />
        ) : started.isError ? (
          <FailedState error={started.error} retry={() => void started.refetch()} />
        ) : (
          <LoadingLines />
        )}
      </div>
    </dialog>
  );
}

/** The focus goes back to its place when the message was sent, and when the window ends. */
function useFocusComesBack(isSent: boolean): void {
  useEffect(() => {
    if (isSent) return undefined;
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [isSent]);
}

/** A window that is called again gets the focus. @param called undefined: the window is not open */
function useFocusOf(root: RefObject<HTMLElement | null>, called: number | undefined): void {
  const last = useRef(called);
  useEffect(() => {
    if (called !== last.current && called !== undefined) root.current?.focus();
    last.current = called;
  }, [called, root]);
}
