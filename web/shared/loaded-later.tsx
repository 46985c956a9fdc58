import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';

const PAUSE_MS = 2000;

/** A component of a file that loads when it is first shown. During an outage it shows nothing, and tries again. */
export function loadedLater<P extends object>(
  load: () => Promise<ComponentType<P>>,
): {
  Component: (props: P) => ReactNode;
  /** begins to load the file */
  preload: () => void;
} {
  let loading: Promise<ComponentType<P>> | undefined;
  const once = (): Promise<ComponentType<P>> => (loading ??= insist(load));
  const Lazy = lazy(async () => ({ default: await once() }));
  return {
    Component: (props) => (
      <Suspense fallback={null}>
        <Lazy {...props} />
      </Suspense>
    ),
    preload: () => void once(),
  };
}

async function insist<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    const loaded = await load().catch(() => undefined);
    if (loaded !== undefined) return loaded;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
