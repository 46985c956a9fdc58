import { everyFactHasACase } from '../../test/given-projection.js';
import {
  cursorMoved,
  folderCompared,
  folderFailed,
  folderChosen,
  folderFound,
  folderForgotten,
  folderGone,
  folderRenamed,
  folderRoleChanged,
  folderRoleSet,
} from '../../test/examples/mailbox-facts.js';
import { atOf } from '../../test/examples/recorded.js';
import { gaps } from './gaps.js';

everyFactHasACase(gaps, {
  FolderFound: {
    given: [
      folderFound(),
      folderFound({ folderId: 'sent', path: 'Sent' }),
      cursorMoved({ folderId: 'sent' }),
      folderFound({ folderId: 'sent', path: 'Sent', role: 'sent', again: true }),
    ],
    rows: {
      folders: [
        {
          folderId: 'inbox',
          accountId: 'info',
          path: 'INBOX',
          role: 'inbox',
          fetched: true,
          onServer: null,
          received: 0,
          skipped: {},
          failed: {},
          outstanding: 0,
          uidValidity: null,
          comparedAt: null,
          failedReason: null,
          failedDetail: null,
        },
        { folderId: 'sent', role: 'sent', received: 5 },
      ],
    },
  },
  FolderRenamed: {
    given: [folderFound(), folderCompared(), folderRenamed()],
    rows: { folders: [{ folderId: 'inbox', path: 'Projects/Old', onServer: 10 }] },
  },
  FolderGone: {
    given: [folderFound(), cursorMoved(), folderFailed(), folderGone()],
    rows: {
      folders: [{ path: 'INBOX', fetched: false, onServer: 0, received: 5, outstanding: 0, failedReason: null }],
    },
  },
  FolderForgotten: { given: [folderFound(), folderGone(), folderForgotten()], rows: { folders: [] } },
  FolderChosen: { given: [folderFound(), folderChosen()], rows: { folders: [{ fetched: false }] } },
  FolderRoleSet: { given: [folderFound(), folderRoleSet()], rows: { folders: [{ role: 'archive', fetched: true }] } },
  FolderRoleChanged: {
    given: [folderFound(), folderRoleChanged()],
    rows: { folders: [{ path: 'INBOX', role: 'junk', fetched: false }] },
  },
  FolderCompared: {
    given: [folderFound(), folderFailed(), folderCompared({ unlisted: 1 })],
    rows: {
      folders: [{ onServer: 10, outstanding: 9, comparedAt: new Date(atOf(2)), uidValidity: null, failedReason: null }],
    },
  },
  FolderFailed: {
    given: [folderFound(), folderCompared(), folderFailed()],
    rows: {
      folders: [
        {
          onServer: 10,
          failedReason: 'refused-by-server',
          failedDetail: '[NOPERM] Permission denied. Try again later.',
        },
      ],
    },
  },
  CursorMoved: {
    given: [folderFound(), folderCompared(), cursorMoved()],
    rows: {
      folders: [
        {
          onServer: 10,
          received: 5,
          skipped: { 'before-fetch-since': '6:7' },
          failed: { 'too-large': '8' },
          outstanding: 2,
          uidValidity: '1700000000',
          comparedAt: new Date(atOf(1)),
        },
      ],
    },
  },
});
