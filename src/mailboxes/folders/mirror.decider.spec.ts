import { folderChosen, folderForgotten, folderFound, folderGone } from '../../../test/examples/mailbox-facts.js';
import { given } from '../../../test/given.js';
import { folders, type Folders } from '../folders.fold.js';
import { folderIdOf } from '../mailbox.events.js';
import type { FoldersEvent } from './folder.events.js';
import { foldersToCreate, foldersToTakeOver, levelsOnRecord, takeOverFolders } from './mirror.decider.js';

const at = (path: string): string => folderIdOf('info', path);
const found = (path: string, other: Parameters<typeof folderFound>[0] = {}) =>
  folderFound({ folderId: at(path), path, name: path.split('/').at(-1)!, role: null, ...other });
const gone = (path: string, other: Parameters<typeof folderGone>[0] = {}) =>
  folderGone({ folderId: at(path), path, ...other });
const inbox = found('INBOX', { role: 'inbox' });
const after = (...facts: FoldersEvent[]): Folders =>
  facts.reduce((state, fact) => folders.evolve(state, fact), folders.initial);
const slashes = { prefix: '', delimiter: '/' };
const dots = { prefix: 'INBOX.', delimiter: '.' };
/** Path at which a folder would be created, or the reason of the refusal. */
const toCreate = (state: Folders, server = slashes as { prefix: string; delimiter: string | null }) =>
  foldersToCreate(state, server).map(({ path, refused }) => refused?.reason ?? path);

describe('folders to create on the server', () => {
  const below = found('Work/Old', { parentId: at('Work') });

  it('are those that only the record has, those above first', () => {
    const state = after(inbox, found('Here'), below, found('Work'), gone('Work/Old'), gone('Work'));
    expect(foldersToCreate(state, slashes)).toEqual([
      { folderId: at('Work'), path: 'Work', action: 'create', refused: null },
      { folderId: at('Work/Old'), path: 'Work/Old', action: 'create', refused: null },
    ]);
  });
  it('are not those that a person removed here, with all below', () => {
    const state = after(found('Work'), below, gone('Work/Old'), gone('Work', { by: 'person' }));
    expect(toCreate(state)).toEqual([]);
    expect(toCreate(after(found('Work'), gone('Work', { by: 'person' }), found('Work', { again: true })))).toEqual([]);
  });
  it('take the prefix and the delimiter of the new server', () => {
    const state = after(inbox, found('Work'), below, gone('Work/Old'), gone('Work'));
    expect(toCreate(state, dots)).toEqual(['INBOX.Work', 'INBOX.Work.Old']);
    const before = { delimiter: '.', prefix: 'INBOX.' };
    const ofDots = after(
      found('INBOX', { role: 'inbox', ...before }),
      found('INBOX.Work', { name: 'Work', parentId: at('INBOX'), ...before }),
      found('INBOX.Work.Old', { name: 'Old', parentId: at('INBOX.Work'), ...before }),
      gone('INBOX.Work'),
      gone('INBOX.Work.Old'),
    );
    expect(toCreate(ofDots, slashes)).toEqual(['Work', 'Work/Old']);
    expect(toCreate(ofDots, dots)).toEqual(['INBOX.Work', 'INBOX.Work.Old']);
  });
  it('stay in the inbox, or below a folder that was renamed or is not on record', () => {
    const inInbox = found('INBOX/Sub', { parentId: at('INBOX') });
    expect(toCreate(after(inbox, inInbox, gone('INBOX/Sub')))).toEqual(['INBOX/Sub']);
    const renamed = found('Labour', { folderId: at('Work'), again: true });
    expect(toCreate(after(found('Work'), below, gone('Work/Old'), renamed))).toEqual(['Labour/Old']);
    expect(toCreate(after(found('a/b/c'), gone('a/b/c')), dots)).toEqual(['INBOX.a.b.c']);
  });
  it('are refused at a taken path, under a name with the delimiter, without levels, and for other people', () => {
    const state = after(inbox, found('Work'), below, gone('Work'), gone('Work/Old'));
    const taken = folders.evolve(state, found('INBOX.Work', { delimiter: '.' }));
    expect(toCreate(taken, dots)).toEqual(['folder-exists', 'INBOX.Work.Old']);
    expect(toCreate(state, { prefix: '', delimiter: null })).toEqual(['Work', 'folders-have-no-levels']);
    expect(toCreate(after(found('v1.0'), gone('v1.0')), dots)).toEqual(['folder-name-invalid']);
    expect(toCreate(after(found('Users/ben', { foreign: true }), gone('Users/ben')))).toEqual(['folder-of-others']);
  });
});

describe('the levels on record', () => {
  it('are those of the folders on the server', () => {
    expect(levelsOnRecord(after())).toEqual({ prefix: '', delimiter: null });
    const state = after(found('INBOX', { delimiter: '.', prefix: 'INBOX.' }), found('Work'), gone('Work'));
    expect(levelsOnRecord(state)).toEqual(dots);
  });
});

describe('folders taken over from the server', () => {
  const take =
    (...withMail: string[]) =>
    (state: Folders) =>
      takeOverFolders(state, 'info', new Set(withMail.map(at)));
  const off = { fetched: false };

  it('are all fetched from now on, and those that are gone and empty are forgotten', () =>
    given(
      folders,
      inbox,
      found('Junk', { role: 'junk', ...off }),
      found('Old'),
      found('Parent', { selectable: false, ...off }),
      gone('Old'),
    )
      .when(take())
      .then(
        folderChosen({ folderId: at('Junk'), path: 'Junk', fetched: true }),
        folderForgotten({ folderId: at('Old'), path: 'Old' }),
      ));
  it('asked twice change nothing', () => {
    const junk = found('Junk', off);
    const chosen = folderChosen({ folderId: at('Junk'), path: 'Junk', fetched: true });
    const forgotten = folderForgotten({ folderId: at('Old'), path: 'Old' });
    given(folders, junk, found('Old'), gone('Old'), chosen, forgotten).when(take()).then();
  });
  it('with mail here stay on record, with those above', () => {
    const facts = [found('Work'), found('Work/Old', { parentId: at('Work') }), gone('Work'), gone('Work/Old')];
    given(folders, ...facts)
      .when(take('Work/Old'))
      .then();
    const planned = foldersToTakeOver(after(...facts), new Set([at('Work/Old')]));
    expect(planned.map(({ path, refused }) => [path, refused?.reason])).toEqual([
      ['Work', 'folder-has-folders'],
      ['Work/Old', 'folder-holds-mail'],
    ]);
  });
});
