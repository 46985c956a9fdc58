import {
  folderChosen,
  folderForgotten,
  folderFound,
  folderGone,
  folderRenamed,
  folderRoleSet,
} from '../../../test/examples/mailbox-facts.js';
import { given } from '../../../test/given.js';
import { folders, type Folders } from '../folders.fold.js';
import { folderIdOf } from '../mailbox.events.js';
import { freshFolderId } from './folder.events.js';
import { type Look, lookAtFolders, type SeenFolder } from './folder.decider.js';

const at = (path: string): string => folderIdOf('info', path);
const seen = (path: string, other: Partial<SeenFolder> = {}): SeenFolder => ({
  path,
  name: path.split('/').at(-1)!,
  delimiter: '/',
  role: null,
  foreign: false,
  selectable: true,
  prefix: '',
  ...other,
});
const found = (path: string, other: Parameters<typeof folderFound>[0] = {}) =>
  folderFound({ folderId: at(path), path, name: path.split('/').at(-1)!, role: null, ...other });
const look =
  (folders: SeenFolder[], other: Partial<Look> = {}) =>
  (state: Folders) =>
    lookAtFolders(state, 'info', { seen: folders, former: [], renamed: new Map(), ...other });

describe('folders of the server', () => {
  it('are recorded when they are first seen, with the folder above', () =>
    given(folders)
      .when(look([seen('Work', { selectable: false }), seen('Work/Old')]))
      .then(
        found('Work', { selectable: false, fetched: false }),
        found('Work/Old', { parentId: at('Work'), fetched: true }),
      ));
  it('seen again without a change change nothing', () =>
    given(folders, found('Work'), found('Work/Old', { parentId: at('Work') }))
      .when(look([seen('Work'), seen('Work/Old')]))
      .then());
  it('with other properties are found again', () =>
    given(folders, found('Work', { selectable: false, fetched: false }))
      .when(look([seen('Work')]))
      .then(found('Work', { again: true })));
  it('of others, trash and junk are not fetched unless a person chooses them', () => {
    const listed = [seen('Trash', { role: 'trash' }), seen('Users/ben', { foreign: true })];
    given(folders)
      .when(look(listed))
      .then(found('Trash', { role: 'trash', fetched: false }), found('Users/ben', { foreign: true, fetched: false }));
    given(
      folders,
      found('Trash', { role: 'trash', fetched: false }),
      folderChosen({ folderId: at('Trash'), path: 'Trash', fetched: true }),
    )
      .when(look([seen('Trash', { role: 'trash' })]))
      .then();
  });
  it('take the role of the server unless a person has set another one', () => {
    const role = { folderId: at('Work'), path: 'Work', from: null, role: 'junk', fetched: false } as const;
    given(folders, found('Work'))
      .when(look([seen('Work', { role: 'junk' })]))
      .then(folderRoleSet({ ...role, by: 'server' }));
    given(folders, found('Work'), folderRoleSet({ ...role, role: 'archive', fetched: true }))
      .when(look([seen('Work', { role: 'junk' })]))
      .then();
  });
  it('that are no longer listed are gone, and come back under their id', () => {
    given(folders, found('Work'))
      .when(look([]))
      .then(folderGone({ folderId: at('Work'), path: 'Work' }));
    given(folders, found('Work'), folderGone({ folderId: at('Work'), path: 'Work' }))
      .when(look([]))
      .then();
    given(folders, found('Work'), folderGone({ folderId: at('Work'), path: 'Work' }))
      .when(look([seen('Work')]))
      .then(found('Work', { again: true }));
  });
  it('that are renamed keep their ids, and a folder at the former path has another one', () => {
    const renamed = folderRenamed({
      ...{ folderId: at('Old'), path: 'Work/Old', from: 'Old', name: 'Old', parentId: at('Work') },
    });
    given(folders, found('Old'), found('Work'))
      .when(look([seen('Work'), seen('Work/Old')], { renamed: new Map([['Work/Old', at('Old')]]) }))
      .then(renamed);
    const other = freshFolderId('info', 'Old', (id) => id === at('Old'));
    given(folders, found('Old'), found('Work'), renamed)
      .when(look([seen('Old'), seen('Work'), seen('Work/Old')]))
      .then(found('Old', { folderId: other }));
  });
  it('that the command made, renamed or removed are its changes', () => {
    const by = 'person' as const;
    given(folders)
      .when(look([seen('Work'), seen('Other')], { own: { created: 'Work' } }))
      .then(found('Work', { by }), found('Other'));
    const ids = new Map([['New', at('Old')]]);
    given(folders, found('Old'))
      .when(look([seen('New')], { renamed: ids, own: { ids } }))
      .then(folderRenamed({ folderId: at('Old'), path: 'New', from: 'Old', name: 'New', parentId: null, by }));
    given(folders, found('Old'), found('Other'))
      .when(look([], { own: { removed: at('Old') } }))
      .then(folderGone({ folderId: at('Old'), path: 'Old', by }), folderGone({ folderId: at('Other'), path: 'Other' }));
  });
  it('that the command created again keep their ids at another path', () => {
    const ids = new Map([['INBOX.Work', at('Work')]]);
    const listed = [seen('INBOX.Work', { name: 'Work', delimiter: '.', prefix: 'INBOX.' })];
    const again = { delimiter: '.', prefix: 'INBOX.', again: true, by: 'person' } as const;
    const after = found('INBOX.Work', { folderId: at('Work'), name: 'Work', ...again });
    const gone = folderGone({ folderId: at('Work'), path: 'Work' });
    given(folders, found('Work'), gone)
      .when(look(listed, { renamed: ids, own: { ids } }))
      .then(after);
    // Another worker recorded the new path under a new id meanwhile.
    const other = found('INBOX.Work', { name: 'Work', delimiter: '.', prefix: 'INBOX.' });
    given(folders, found('Work'), gone, other)
      .when(look(listed, { renamed: ids, own: { ids } }))
      .then(after, folderGone({ folderId: at('INBOX.Work'), path: 'INBOX.Work' }));
  });
  it('that were forgotten are found as new ones', () => {
    const work = { folderId: at('Work'), path: 'Work' };
    given(folders, found('Work'), folderGone(work), folderForgotten(work))
      .when(look([seen('Work')]))
      .then(found('Work'));
  });
  it('on record by releases before keep their ids, also when they are renamed or gone', () => {
    const former = ['Old', 'Gone', 'Here'].map((path) => ({
      ...{ id: at(path), path, name: path, role: null, fetched: true },
    }));
    const before = { delimiter: null, again: true };
    given(folders)
      .when(look([seen('Here'), seen('New')], { former, renamed: new Map([['New', at('Old')]]) }))
      .then(
        found('Here', { again: true }),
        found('Old', before),
        folderRenamed({ folderId: at('Old'), path: 'New', from: 'Old', name: 'New', parentId: null }),
        found('New', { folderId: at('Old'), again: true }),
        found('Gone', before),
        folderGone({ folderId: at('Gone'), path: 'Gone' }),
      );
  });
});
