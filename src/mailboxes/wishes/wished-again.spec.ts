import { messagesDeleted, messagesMarked, messagesMoved } from '../../../test/examples/places-facts.js';
import { metadata } from '../../../test/letters.js';
import type { WishEvent } from './wish.events.js';
import type { WishFact } from './pending-wishes.js';
import { wishedAgain } from './wished-again.js';

const pending = (fact: WishEvent): WishFact => ({ ...fact, metadata }) as WishFact;
const marked = (messageIds: string[], set: object): WishFact => pending(messagesMarked({ messageIds, set }));
const moved = (messageIds: string[]): WishFact => pending(messagesMoved({ messageIds }));

describe('changes of a wish that later wishes change again', () => {
  it('are the flags that both set, by message', () => {
    const wish = marked(['one', 'two', 'three'], { seen: true, flagged: true });
    const later = [
      marked(['one', 'two'], { seen: false, answered: true }),
      marked(['two', 'four'], { flagged: false }),
    ];
    expect(wishedAgain(wish, later)).toEqual([
      { messageIds: ['one'], what: ['seen'] },
      { messageIds: ['two'], what: ['flagged', 'seen'] },
    ]);
  });
  it('are the folder of messages that move twice', () =>
    expect(wishedAgain(moved(['one', 'two']), [moved(['two'])])).toEqual([{ messageIds: ['two'], what: ['folder'] }]));
  it('are none of wishes about other things', () => {
    expect(wishedAgain(moved(['one']), [marked(['one'], { seen: true })])).toEqual([]);
    expect(wishedAgain(marked(['one'], { seen: true }), [moved(['one'])])).toEqual([]);
    expect(wishedAgain(pending(messagesDeleted({ messageIds: ['one'] })), [moved(['one'])])).toEqual([]);
  });
});
