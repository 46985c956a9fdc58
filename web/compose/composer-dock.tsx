import './compose.css';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { type Composition, endComposition, useCompositions } from '../shared/compositions.js';
import { ComposerWindow } from './composer-window.js';
import { SentNote } from './sent-note.js';
import type { Sent } from './use-sending.js';

/** Width of a window with its gap, and of the navigation beside it. */
const WINDOW = 600;
const NAVIGATION = 100;

/** The messages that a person writes: windows at the foot of the page, and notes about those that were just sent. */
export function ComposerDock(): ReactNode {
  const { t } = useLingui();
  const compositions = useCompositions();
  const [folded, setFolded] = useState<ReadonlyMap<number, number>>(new Map());
  const [sent, setSent] = useState<ReadonlyMap<number, Sent>>(new Map());
  const room = useRoom();
  const written = compositions.filter(({ id }) => !sent.has(id));
  const open = openOf(written, folded, room);

  const fold = ({ id, called }: Composition): void => setFolded(new Map(folded).set(id, called));
  const unfold = ({ id }: Composition): void => {
    const next = new Map(folded);
    next.delete(id);
    // The others make room: folded windows stay folded until they are called again.
    for (const each of written)
      if (each.id !== id && open.has(each.id) && open.size >= room) next.set(each.id, each.called);
    setFolded(next);
  };
  const forgetSent = (id: number): void => {
    const next = new Map(sent);
    next.delete(id);
    setSent(next);
  };

  return (
    <>
      <div className="composer-dock">
        {compositions.map((composition) => (
          <ComposerWindow
            key={composition.id}
            composition={composition}
            look={sent.has(composition.id) ? 'sent' : open.has(composition.id) ? 'open' : 'folded'}
            onFold={() => fold(composition)}
            onUnfold={() => unfold(composition)}
            onSent={(message) => setSent(new Map(sent).set(composition.id, message))}
            onEnd={() => endComposition(composition.id)}
          />
        ))}
      </div>
      <section className="sent-notes" aria-label={t`Messages on their way`}>
        {[...sent].map(([id, message]) => (
          <SentNote
            key={message.id}
            sent={message}
            onUndone={() => forgetSent(id)}
            onEnd={() => {
              endComposition(id);
              forgetSent(id);
            }}
          />
        ))}
      </section>
    </>
  );
}

/** Ids of the windows with room on the screen: the newest ones, without those that a person folded. */
function openOf(
  written: readonly Composition[],
  folded: ReadonlyMap<number, number>,
  room: number,
): ReadonlySet<number> {
  const wanted = written.filter(({ id, called }) => folded.get(id) !== called);
  return new Set(wanted.slice(-room).map(({ id }) => id));
}

const watchWidth = (watcher: () => void): (() => void) => {
  window.addEventListener('resize', watcher);
  return () => window.removeEventListener('resize', watcher);
};

/** Number of windows that fit beside each other. */
const useRoom = (): number =>
  useSyncExternalStore(watchWidth, () => Math.max(1, Math.floor((window.innerWidth - NAVIGATION) / WINDOW)));
