import { example } from './example.js';

export const loginAccepted = example('LoginAccepted', { accountId: 'info' });
export const connectionFailed = example('ConnectionFailed', {
  accountId: 'info',
  server: 'incoming',
  reason: 'login-refused',
  detail: 'Invalid credentials',
});

export const fetchStarted = example('FetchStarted', { accountId: 'info', fetchId: 'fetch-1' });
export const folderCompared = example('FolderCompared', {
  accountId: 'info',
  fetchId: 'fetch-1',
  folderId: 'inbox',
  path: 'INBOX',
  onServer: 10,
  found: 8,
});
export const folderFailed = example('FolderFailed', {
  accountId: 'info',
  fetchId: 'fetch-1',
  folderId: 'inbox',
  path: 'INBOX',
  reason: 'refused-by-server',
  detail: '[NOPERM] Permission denied. Try again later.',
});
export const fetchFinished = example('FetchFinished', { accountId: 'info', fetchId: 'fetch-1' });
export const fetchFailed = example('FetchFailed', {
  accountId: 'info',
  fetchId: 'fetch-1',
  reason: 'login-refused',
  detail: 'Invalid credentials',
});

export const folderFound = example('FolderFound', {
  accountId: 'info',
  folderId: 'inbox',
  path: 'INBOX',
  name: 'INBOX',
  delimiter: '/',
  parentId: null,
  role: 'inbox',
  foreign: false,
  selectable: true,
  fetched: true,
  again: false,
});
export const folderRenamed = example('FolderRenamed', {
  accountId: 'info',
  folderId: 'inbox',
  path: 'Projects/Old',
  from: 'Old',
  name: 'Old',
  parentId: 'projects',
});
export const folderGone = example('FolderGone', { accountId: 'info', folderId: 'inbox', path: 'INBOX' });
export const folderForgotten = example('FolderForgotten', { accountId: 'info', folderId: 'inbox', path: 'INBOX' });
export const folderChosen = example('FolderChosen', {
  accountId: 'info',
  folderId: 'inbox',
  path: 'INBOX',
  fetched: false,
  by: 'person',
});
export const folderRoleSet = example('FolderRoleSet', {
  accountId: 'info',
  folderId: 'inbox',
  path: 'INBOX',
  from: 'inbox',
  role: 'archive',
  fetched: true,
  by: 'person',
});
export const folderRoleChanged = example('FolderRoleChanged', {
  accountId: 'info',
  folderId: 'inbox',
  from: 'inbox',
  to: 'junk',
  fetched: false,
});
export const cursorMoved = example('CursorMoved', {
  accountId: 'info',
  folderId: 'inbox',
  fetchId: 'fetch-1',
  uidValidity: '1700000000',
  imported: 5,
  done: '1:5',
  skipped: { 'before-fetch-since': '6:7' },
  failed: { 'too-large': '8' },
  onServer: 10,
  outstanding: 2,
  total: { received: 5, skipped: 2, failed: 1 },
  step: { received: 3, skipped: 1, failed: 1, known: 1 },
});
