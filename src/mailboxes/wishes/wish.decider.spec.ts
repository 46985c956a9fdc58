import { messagesDeleted, messagesMarked, wishesSettled } from '../../../test/examples/places-facts.js';
import { given } from '../../../test/given.js';
import { settle, wish } from './wish.decider.js';
import { wishes } from './wish.fold.js';

const { number: _, settled: __, ...data } = messagesMarked().data;
const marked = { type: 'MessagesMarked', data } as const;
const { number, settled, ...outcome } = wishesSettled().data;

describe('wishes', () => {
  it('are counted, and repeat the number up to which the server follows', () => {
    given(wishes)
      .when((s) => wish(s, [marked]))
      .then(messagesMarked());
    given(wishes, wishesSettled({ number: 3, settled: 3 }), messagesDeleted({ number: 4, settled: 3 }))
      .when((s) => wish(s, [marked, marked]))
      .then(messagesMarked({ number: 5, settled: 3 }), messagesMarked({ number: 6, settled: 3 }));
  });
  it('about no message are left out', () =>
    given(wishes)
      .when((s) => wish(s, [{ type: 'MessagesMarked', data: { ...data, messageIds: [] } }]))
      .then());
  it('are settled once', () => {
    given(wishes, messagesMarked({ number }))
      .when((s) => settle(s, settled, outcome))
      .then(wishesSettled());
    given(wishes, wishesSettled())
      .when((s) => settle(s, settled, outcome))
      .then();
  });
  it('recorded meanwhile stay open', () =>
    given(wishes, messagesMarked({ number: 9 }))
      .when((s) => settle(s, settled, outcome))
      .then(wishesSettled({ number: 9 })));
});
