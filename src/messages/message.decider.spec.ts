import {
  draftFound,
  messageErased,
  messagePlaced,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { given } from '../../test/given.js';
import type { Box, MessageEvent, Place } from './message.events.js';
import { knownAt, messageIdOf, takeIn } from './message.decider.js';
import { message } from './message.fold.js';

const { reactions, folderId, uidValidity, uid, ...content } = messageReceived().data;
const here: Place = { folderId, uidValidity, uid };
const elsewhere: Place = { folderId: 'all-mail', uidValidity: '1600000000', uid: 7 };
const found = (box: Box, ...places: [Place, ...Place[]]) => ({ content, box, places, reactions });

describe('a message', () => {
  it('is received once', () =>
    given(message)
      .when((s) => takeIn(s, found('received', here)))
      .then(messageReceived()));
  it('found again in the same place changes nothing', () =>
    given(message, messageReceived())
      .when((s) => takeIn(s, found('received', here)))
      .then());
  it('found in another place is placed there, and not received again', () =>
    given(message, messageReceived())
      .when((s) => takeIn(s, found('received', elsewhere)))
      .then(messagePlaced()));
  it('under a new UIDVALIDITY is placed again', () =>
    given(message, messageReceived(), messagePlaced())
      .when((s) => takeIn(s, found('received', { ...here, uidValidity: '2' })))
      .then(messagePlaced({ ...here, uidValidity: '2' })));
  it('twice in one folder is one message in two places', () =>
    given(message)
      .when((s) => takeIn(s, found('received', here, { ...here, uid: 2 })))
      .then(messageReceived(), messagePlaced({ ...here, uid: 2 })));
  it('sent from the account has no reactions', () => {
    const { folderId: sent, uidValidity: v, uid: u, ...written } = sentMessageFound().data;
    given(message)
      .when((s) =>
        takeIn(s, { content: written, box: 'sent', places: [{ folderId: sent, uidValidity: v, uid: u }], reactions }),
      )
      .then(sentMessageFound());
  });
  it('in the drafts folder is a draft', () =>
    given(message)
      .when((s) => takeIn(s, found('draft', here)))
      .then(draftFound({ ...content, ...here })));
  it.each<[string, MessageEvent[], Place[], number]>([
    ['that is new', [], [here], 0],
    ['twice in one folder', [], [here, { ...here, uid: 2 }], 1],
    ['in another place', [messageReceived()], [elsewhere], 1],
    ['in the place of a fetch that died before it counted', [messageReceived()], [here], 0],
    ['in that place and in another one on record', [messageReceived(), messagePlaced()], [elsewhere, here], 1],
    ['that was erased', [messageErased()], [here, elsewhere], 2],
  ])('%s counts its known places', (_, facts, places, count) => {
    const state = facts.reduce((before, fact) => message.evolve(before, fact), message.initial);
    expect(knownAt(state, places)).toBe(count);
  });
  it('has an id of account and content', () => {
    expect(messageIdOf('info', 'a')).toBe(messageIdOf('info', 'a'));
    expect(messageIdOf('info', 'a')).not.toBe(messageIdOf('sales', 'a'));
    expect(messageIdOf('info', 'a')).not.toBe(messageIdOf('info', 'b'));
  });
});
