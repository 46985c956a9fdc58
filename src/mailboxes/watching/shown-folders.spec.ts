import type { Folder } from '../../mail/servers/imap-folders.js';
import type { FolderStatus } from '../../mail/servers/imap-status.js';
import { listOnce, shownFolders } from './shown-folders.js';

const folder = (path: string, properties: Partial<Folder> = {}): Folder => ({
  ...{ path, name: path, delimiter: '/', role: null, selectable: true, foreign: false },
  ...properties,
});
const status: FolderStatus = { uidValidity: '1', uidNext: 1, exists: 0, unseen: 0, highestModseq: 1n };

/** A server with these folders. Each change of `changed` shows in the status of that folder. */
function server(folders: readonly Folder[], changed = new Map<string, Partial<FolderStatus>>()) {
  return {
    folders: () => Promise.resolve([...folders]),
    statuses: (paths: readonly string[]) =>
      Promise.resolve(new Map(paths.map((path) => [path, { ...status, ...changed.get(path) }]))),
  };
}

const shown = async (imap: ReturnType<typeof server>, paths: readonly string[] | null) =>
  shownFolders(imap, await listOnce(imap), paths);

const all = [
  folder('INBOX'),
  folder('Sent'),
  folder('Box', { selectable: false }),
  folder('Theirs', { foreign: true }),
];

it('the first look makes no difference, in any order of its folders', async () => {
  const before = await shown(server(all), null);
  expect(await shown(server(all), ['Sent', 'INBOX'])).toEqual(before);
});

it.each<[string, ReturnType<typeof server>]>([
  ['mail in another folder', server(all, new Map([['Sent', { uidNext: 2, exists: 1 }]]))],
  ['a changed flag', server(all, new Map([['INBOX', { highestModseq: 2n }]]))],
  ['a new folder', server([...all, folder('Work')])],
])('%s makes a difference', async (_, after) => {
  const { digest } = await shown(server(all), null);
  expect((await shown(after, ['INBOX', 'Sent'])).digest).not.toBe(digest);
});
