import {
  draftBegun,
  draftConflicted,
  draftDiscarded,
  draftGone,
  draftSaved,
  draftSent,
  draftTaken,
} from '../../test/examples/draft-facts.js';
import { given } from '../../test/given.js';
import {
  beginDraft,
  beginSession,
  conflict,
  conflictElsewhere,
  discard,
  lose,
  send,
  takeDraft,
} from './draft.decider.js';
import { draft } from './draft.fold.js';

const begun = draftBegun();
const taken = draftTaken();

describe('a draft', () => {
  it('begins once', () => {
    given(draft)
      .when((s) => beginDraft(s, begun.data))
      .then(begun);
    given(draft, begun)
      .when((s) => beginDraft(s, begun.data))
      .then();
    given(draft, begun, draftSent())
      .when((s) => beginDraft(s, begun.data))
      .refuses('draft-ended', 'conflict');
  });

  it('of another program is taken over once', () => {
    given(draft)
      .when((s) => takeDraft(s, taken.data))
      .then(taken);
    given(draft, taken)
      .when((s) => takeDraft(s, taken.data))
      .then();
    given(draft, taken, draftDiscarded())
      .when((s) => takeDraft(s, taken.data))
      .refuses('draft-ended', 'conflict');
  });

  it('has editing sessions until its end', () => {
    given(draft, begun)
      .when((s) => beginSession(s, 2))
      .then(draftSaved());
    for (const end of [draftSent(), draftDiscarded(), draftGone()])
      given(draft, begun, end)
        .when((s) => beginSession(s, 2))
        .refuses('draft-ended', 'conflict');
    given(draft)
      .when((s) => beginSession(s, 2))
      .refuses('draft-ended', 'conflict');
  });

  it('keeps two versions', () => {
    given(draft, begun)
      .when((s) => conflict(s, 'draft-2'))
      .then(draftConflicted());
    given(draft, begun)
      .when(conflictElsewhere)
      .then(draftConflicted({ other: null }));
    given(draft, begun, draftSent()).when(conflictElsewhere).then();
  });

  it('ends once, also when two ends race', () => {
    given(draft, begun)
      .when((s) => send(s, 'message-9'))
      .then(draftSent());
    given(draft, begun).when(discard).then(draftDiscarded());
    given(draft, begun)
      .when((s) => lose(s, 'deleted-elsewhere'))
      .then(draftGone());
    given(draft, taken)
      .when((s) => lose(s, 'erased', 'erasure-1'))
      .then(draftGone({ why: 'erased', erasureId: 'erasure-1' }));
    for (const before of [[], [begun, draftSent()], [begun, draftDiscarded()], [begun, draftGone()]]) {
      given(draft, ...before)
        .when((s) => send(s, 'message-9'))
        .then();
      given(draft, ...before)
        .when(discard)
        .then();
      given(draft, ...before)
        .when((s) => lose(s, 'deleted-elsewhere'))
        .then();
    }
  });
});
