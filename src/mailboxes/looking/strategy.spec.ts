import type { FolderLook } from './folder-looks.js';
import { isSameStatus, type OpenedFolder, type Strategy, strategyOf } from './strategy.js';

const now = new Date('2026-02-01T10:00:00Z');
const last: FolderLook = {
  folderId: 'inbox',
  uidValidity: '7',
  uidNext: 11,
  exists: 10,
  highestModseq: 500n,
  fetchSince: null,
  comparedAt: new Date('2026-02-01T00:00:00Z'),
};
const opened: OpenedFolder = { uidValidity: '7', uidNext: 11, exists: 10, highestModseq: 501n };
const full = { condstore: true, qresync: true };

it.each<[Strategy['strategy'], string, Parameters<typeof strategyOf>]>([
  ['plain', 'first look at the folder', [undefined, opened, full, now]],
  ['plain', 'another UIDVALIDITY', [last, { ...opened, uidValidity: '8' }, full, now]],
  ['plain', 'daily comparison', [{ ...last, comparedAt: new Date('2026-01-31T09:00:00Z') }, opened, full, now]],
  ['plain', 'daily comparison', [{ ...last, comparedAt: new Date('2026-03-01T09:00:00Z') }, opened, full, now]],
  ['plain', 'no CONDSTORE', [last, opened, { condstore: false, qresync: false }, now]],
  ['plain', 'no mod-sequences', [last, { ...opened, highestModseq: null }, full, now]],
  ['plain', 'no mod-sequences', [{ ...last, highestModseq: null }, opened, full, now]],
  ['plain', 'mod-sequences went back', [last, { ...opened, highestModseq: 499n }, full, now]],
  ['none', 'same mod-sequence, UIDNEXT and number of messages', [last, { ...opened, highestModseq: 500n }, full, now]],
  ['qresync', 'QRESYNC', [last, { ...opened, highestModseq: 500n, exists: 9 }, full, now]],
  ['qresync', 'QRESYNC', [last, opened, full, now]],
  ['condstore', 'CONDSTORE without QRESYNC', [last, opened, { condstore: true, qresync: false }, now]],
])('a folder is compared by %s: %s', (strategy, reason, given) =>
  expect(strategyOf(...given)).toEqual({ strategy, reason }),
);

it('STATUS shows no change only if all its numbers are the same', () => {
  const same: OpenedFolder = { ...opened, highestModseq: 500n };
  expect(isSameStatus(last, same)).toBe(true);
  for (const other of [{ uidValidity: '8' }, { uidNext: 12 }, { exists: 9 }, { highestModseq: 501n }])
    expect(isSameStatus(last, { ...same, ...other })).toBe(false);
});
