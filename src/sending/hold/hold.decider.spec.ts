import { outboxHeld, outboxReleased } from '../../../test/examples/hold-facts.js';
import { given } from '../../../test/given.js';
import { holdOutbox, releaseOutbox } from './hold.decider.js';
import { hold } from './hold.fold.js';

describe('holding the outbox', () => {
  it('is recorded', () =>
    given(hold)
      .when(() => holdOutbox('folder-copied'))
      .then(outboxHeld()));

  it('again is recorded too, for mail that was queued in between', () =>
    given(hold, outboxHeld())
      .when(() => holdOutbox('database-restored'))
      .then(outboxHeld({ why: 'database-restored' })));
});

describe('releasing the outbox', () => {
  it('is recorded', () => given(hold, outboxHeld()).when(releaseOutbox).then(outboxReleased()));

  it('a second time changes nothing', () =>
    given(hold, outboxHeld(), outboxHeld(), outboxReleased()).when(releaseOutbox).then());

  it('without a hold changes nothing', () => given(hold).when(releaseOutbox).then());
});
