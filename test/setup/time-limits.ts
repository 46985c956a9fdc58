import type { Circus } from '@jest/types';
import { addEventHandler } from 'jest-circus';

const DEFAULT_MS = 60_000;

/** The runner itself has no time limit: each test and each hook gets its own limit, or this default. */
export default function limitTime(): void {
  addEventHandler((event, { currentDescribeBlock: block }) => {
    if (event.name === 'add_test') limit(block.children.at(-1) as Circus.TestEntry, event.timeout);
    else if (event.name === 'add_hook') limit(block.hooks.at(-1)!, event.timeout);
  });
}

function limit(limited: { fn: Circus.TestFn | undefined }, ms = DEFAULT_MS): void {
  const { fn } = limited;
  if (!fn) return;
  limited.fn = async () => {
    const over = Promise.withResolvers<never>();
    const timer = setTimeout(() => over.reject(new Error(`not done within ${ms} ms`)), ms);
    try {
      await Promise.race([(fn as () => unknown)(), over.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
