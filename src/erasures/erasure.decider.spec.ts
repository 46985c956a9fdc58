import { erasureRequested, erasureStarted, personErased } from '../../test/examples/crm-facts.js';
import { given } from '../../test/given.js';
import { erasures, finishErasure, requestErasure, startErasure } from './erasure.decider.js';

const { data } = erasureRequested();
const started = erasureStarted().data;

describe('an erasure', () => {
  it('is asked for, and asked for twice is one', () => {
    given(erasures)
      .when((s) => requestErasure(s, data))
      .then(erasureRequested());
    given(erasures, erasureRequested(), erasureStarted(), personErased())
      .when((s) => requestErasure(s, data))
      .then();
  });
  it('that runs is the one that is asked for', () =>
    given(erasures, erasureRequested())
      .when((s) => requestErasure(s, { ...data, erasureId: 'erasure-2' }))
      .then());
  it('can be asked for again once it has ended', () =>
    given(erasures, erasureRequested(), erasureStarted(), personErased())
      .when((s) => requestErasure(s, { ...data, erasureId: 'erasure-2' }))
      .then(erasureRequested({ erasureId: 'erasure-2' })));
  it('starts once, and ends once', () => {
    given(erasures, erasureRequested())
      .when((s) => startErasure(s, started))
      .then(erasureStarted());
    given(erasures, erasureRequested(), erasureStarted())
      .when((s) => startErasure(s, started))
      .then();
    given(erasures, erasureRequested(), erasureStarted())
      .when((s) => finishErasure(s, started))
      .then(personErased());
    given(erasures, erasureRequested(), erasureStarted(), personErased())
      .when((s) => finishErasure(s, started))
      .then();
  });
});
