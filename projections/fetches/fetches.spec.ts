import { everyFactHasACase } from '../../test/given-projection.js';
import {
  cursorMoved,
  fetchFailed,
  fetchFinished,
  fetchStarted,
  folderCompared,
  folderFailed,
} from '../../test/examples/mailbox-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { fetches } from './fetches.js';

const started = new Date(atOf(0));

everyFactHasACase(fetches, {
  FetchStarted: {
    given: [fetchStarted()],
    rows: {
      fetches: [
        {
          id: 'fetch-1',
          accountId: 'info',
          state: 'running',
          reason: null,
          startedAt: started,
          endedAt: null,
          position: positionOf(0),
        },
      ],
    },
  },
  FolderCompared: {
    given: [fetchStarted(), folderCompared(), folderCompared({ found: 3 })],
    rows: { compared: [{ fetchId: 'fetch-1', folderId: 'inbox', path: 'INBOX', found: 3, position: positionOf(2) }] },
  },
  FolderFailed: {
    given: [
      fetchStarted(),
      folderFailed(),
      // The fetch continues after a crash, and the folder can be listed by now.
      folderCompared(),
      folderFailed({ folderId: 'broken', path: 'Broken' }),
    ],
    rows: {
      failed: [
        {
          fetchId: 'fetch-1',
          folderId: 'broken',
          path: 'Broken',
          reason: 'refused-by-server',
          detail: '[NOPERM] Permission denied. Try again later.',
        },
      ],
    },
  },
  CursorMoved: {
    given: [
      fetchStarted(),
      folderCompared(),
      cursorMoved(),
      cursorMoved({ step: { received: 2, skipped: 0, failed: 0, known: 0 } }),
    ],
    rows: {
      steps: [
        {
          folderId: 'inbox',
          revision: 0,
          fetchId: 'fetch-1',
          received: 3,
          known: 1,
          skipped: 1,
          failed: 1,
          position: positionOf(2),
        },
        {
          folderId: 'inbox',
          revision: 1,
          fetchId: 'fetch-1',
          received: 2,
          known: 0,
          skipped: 0,
          failed: 0,
          position: positionOf(3),
        },
      ],
    },
  },
  FetchFinished: {
    given: [fetchStarted(), fetchFinished()],
    rows: { fetches: [{ state: 'done', reason: null, startedAt: started, endedAt: new Date(atOf(1)) }] },
  },
  FetchFailed: {
    given: [fetchStarted(), fetchFailed()],
    rows: { fetches: [{ state: 'failed', reason: 'login-refused', startedAt: started, endedAt: new Date(atOf(1)) }] },
  },
});
