import { folderChosen, folderFound, folderGone, folderRoleSet } from '../../../test/examples/mailbox-facts.js';
import { given } from '../../../test/given.js';
import { folderOf, folders, type Folders } from '../folders.fold.js';
import { folderIdOf } from '../mailbox.events.js';
import {
  chooseFolder,
  mayRemoveFolder,
  moveFolder,
  pathBelow,
  requireFreePath,
  setFolderRole,
  trashFor,
} from './folder-changes.decider.js';
import type { FoldersEvent } from './folder.events.js';

const at = (path: string): string => folderIdOf('info', path);
const found = (path: string, other: Parameters<typeof folderFound>[0] = {}) =>
  folderFound({ folderId: at(path), path, name: path.split('/').at(-1)!, role: null, ...other });
const work = { folderId: at('Work'), path: 'Work' };
const after = (...facts: FoldersEvent[]): Folders =>
  facts.reduce((state, fact) => folders.evolve(state, fact), folders.initial);

describe('the choice of a folder', () => {
  const choose =
    (fetched: boolean, path = 'Work') =>
    (s: Folders) =>
      chooseFolder(s, 'info', at(path), fetched);

  it('is recorded', () => given(folders, found('Work')).when(choose(false)).then(folderChosen(work)));
  it('asked twice changes nothing', () => {
    given(folders, found('Work'), folderChosen(work)).when(choose(false)).then();
    given(folders, found('Work')).when(choose(true)).then();
  });
  it('is refused for the inbox, for folders without mail and for folders that are gone', () => {
    given(folders, found('INBOX', { role: 'inbox' }))
      .when(choose(false, 'INBOX'))
      .refuses('inbox-stays');
    given(folders, found('Work', { selectable: false, fetched: false }))
      .when(choose(true))
      .refuses('folder-holds-no-mail');
    given(folders, found('Work'), folderGone(work)).when(choose(true)).refuses('folder-not-found', 'not-found');
  });
});

describe('the role of a folder', () => {
  const set =
    (role: 'junk' | 'archive' | null, path = 'Work') =>
    (s: Folders) =>
      setFolderRole(s, 'info', at(path), role);

  it('is recorded, with the choice that follows', () => {
    given(folders, found('Work'))
      .when(set('junk'))
      .then(folderRoleSet({ ...work, from: null, role: 'junk', fetched: false }));
    given(folders, found('Work'), folderChosen({ ...work, fetched: true }))
      .when(set('junk'))
      .then(folderRoleSet({ ...work, from: null, role: 'junk', fetched: true }));
  });
  it('asked twice changes nothing', () =>
    given(folders, found('Work', { role: 'archive' }))
      .when(set('archive'))
      .then());
  it('is refused for the inbox', () =>
    given(folders, found('INBOX', { role: 'inbox' }))
      .when(set(null, 'INBOX'))
      .refuses('inbox-stays'));
});

describe('a folder', () => {
  const levels = { prefix: 'INBOX.', delimiter: '.' };
  const state = after(
    found('INBOX', { role: 'inbox' }),
    found('Work'),
    found('Work/Old'),
    found('Trash', { role: 'trash' }),
  );
  const folder = (path: string) => folderOf(state, at(path))!;

  it('has a path below its parent, or below the prefix of the server', () => {
    expect(pathBelow(null, 'Work', levels)).toBe('INBOX.Work');
    expect(pathBelow({ path: 'INBOX.Work' }, 'Old', levels)).toBe('INBOX.Work.Old');
    expect(() => pathBelow(null, 'a.b', levels)).toThrow('folder-name-invalid');
    expect(() => pathBelow({ path: 'Work' }, 'Old', { prefix: '', delimiter: null })).toThrow('folders-have-no-levels');
  });
  it('moves with all folders below', () => {
    const { renamed } = moveFolder(state, folder('Work'), 'Projects')!;
    expect(Object.fromEntries(renamed)).toEqual({ Projects: at('Work'), 'Projects/Old': at('Work/Old') });
    expect(moveFolder(state, folder('Work'), 'Work')).toBeNull();
  });
  it('moves neither into itself, nor to a path in use, and the inbox stays', () => {
    expect(() => moveFolder(state, folder('Work'), 'Work/Old/Work')).toThrow('folder-below-itself');
    expect(() => moveFolder(state, folder('Work'), 'Trash')).toThrow('folder-exists');
    expect(() => moveFolder(state, folder('INBOX'), 'Old')).toThrow('inbox-stays');
    expect(() => requireFreePath(state, 'Work')).toThrow('folder-exists');
  });
  it('with folders below is not removed, nor is the inbox', () => {
    expect(() => mayRemoveFolder(state, folder('Work'))).toThrow('folder-has-folders');
    expect(() => mayRemoveFolder(state, folder('INBOX'))).toThrow('inbox-stays');
    expect(() => mayRemoveFolder(state, folder('Work/Old'))).not.toThrow();
  });
  it('gives its mail to the trash of the server', () => {
    expect(trashFor(state, folder('Work')).path).toBe('Trash');
    expect(() => trashFor(state, folder('Trash'))).toThrow('folder-cannot-be-emptied');
    expect(() => trashFor(after(found('Work')), folder('Work'))).toThrow('folder-cannot-be-emptied');
  });
});
