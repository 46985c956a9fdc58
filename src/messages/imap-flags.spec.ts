import { NO_FLAGS } from './flags.events.js';
import { differing, flagsOf, toStore } from './imap-flags.js';

it('flags are recognised in any case, and keywords of programs are left out', () =>
  expect(flagsOf(['\\SEEN', '$forwarded', '\\Recent', '$label1'])).toEqual({
    ...{ seen: true, flagged: false, answered: false, forwarded: true, deleted: false },
  }));

it('a change is stored by adding and removing single flags', () =>
  expect(toStore({ seen: true, flagged: false })).toEqual({ add: ['\\Seen'], remove: ['\\Flagged'] }));

it('only flags that differ are a change', () => {
  expect(differing(NO_FLAGS, { ...NO_FLAGS, answered: true })).toEqual({ answered: true });
  expect(differing(NO_FLAGS, NO_FLAGS)).toEqual({});
});
