import {
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messagePlaced,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { given } from '../../test/given.js';
import type { Box, MessageEvent, Place } from './message.events.js';
import { authorOf, type FoundMessage, furtherPlaces, knownAt, messageIdOf, takeIn } from './message.decider.js';
import { message } from './message.fold.js';

const { reactions, folderId, uidValidity, uid, ...content } = messageReceived().data;
const here: Place = { folderId, uidValidity, uid };
const elsewhere: Place = { folderId: 'all-mail', uidValidity: '1600000000', uid: 7 };
const found = (box: Box, ...places: [Place, ...Place[]]): FoundMessage => ({
  content,
  box,
  inInbox: false,
  places,
  reactions,
});
const inInbox = (...places: [Place, ...Place[]]): FoundMessage => ({ ...found('received', ...places), inInbox: true });

describe('a message', () => {
  it('is received once', () =>
    given(message)
      .when((s) => takeIn(s, found('received', here)))
      .then(messageReceived()));
  it('found again in the same place changes nothing', () =>
    given(message, messageReceived())
      .when((s) => takeIn(s, found('received', here)))
      .then());
  it('found in another place is not received again', () =>
    given(message, messageReceived())
      .when((s) => takeIn(s, found('received', elsewhere)))
      .then());
  it('twice in one folder is one message', () =>
    given(message)
      .when((s) => takeIn(s, found('received', here, { ...here, uid: 2 })))
      .then(messageReceived()));
  it.each<[string, MessageEvent[], FoundMessage, Place[]]>([
    ['twice in one folder', [], found('received', here, { ...here, uid: 2 }), [{ ...here, uid: 2 }]],
    ['in another place', [messageReceived()], found('received', elsewhere), [elsewhere]],
    ['in the same place', [messageReceived()], found('received', here), []],
    ['in a place of a release before', [messageReceived(), messagePlaced()], found('received', elsewhere), []],
    [
      'under a new UIDVALIDITY',
      [messageReceived()],
      found('received', { ...here, uidValidity: '2' }),
      [{ ...here, uidValidity: '2' }],
    ],
    ['in the inbox after Sent', [sentMessageFound()], inInbox(here, { ...here, uid: 3 }), [{ ...here, uid: 3 }]],
    ['after its erasure', [messageErased()], found('received', here, elsewhere), []],
  ])('found %s has further places', (_, facts, one, places) => {
    const state = facts.reduce((before, fact) => message.evolve(before, fact), message.initial);
    expect(furtherPlaces(state, one)).toEqual(places);
  });
  it('sent from the account has no reactions', () => {
    const { folderId: sent, uidValidity: v, uid: u, ...written } = sentMessageFound().data;
    given(message)
      .when((s) => takeIn(s, { ...found('sent', { folderId: sent, uidValidity: v, uid: u }), content: written }))
      .then(sentMessageFound());
  });
  it('found in Sent first is received when it is found in the inbox', () => {
    const { reactions: set, folderId: inbox, uidValidity: v, uid: u, ...mail } = messageAlsoReceived().data;
    const at = { folderId: inbox, uidValidity: v, uid: u };
    given(message, sentMessageFound())
      .when((s) => takeIn(s, { ...inInbox(at, { ...at, uid: 3 }), content: { ...content, ...mail }, reactions: set }))
      .then(messageAlsoReceived());
  });
  it('found in Sent first and then in an archive is not received', () =>
    given(message, sentMessageFound())
      .when((s) => takeIn(s, found('received', elsewhere)))
      .then());
  it.each([
    ['received', messageReceived()],
    ['sent and received', messageAlsoReceived()],
  ])('%s before is not received again in the inbox', (_, fact) =>
    given(message, sentMessageFound(), fact)
      .when((s) => takeIn(s, inInbox({ ...here, uid: 9 })))
      .then(),
  );
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
    ['that was destroyed', [messageDestroyed()], [here, elsewhere], 2],
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

describe('the author of a message', () => {
  const own = new Set(['info@acme.example', 'sales@acme.example']);
  const person = (address: string) => ({ name: '', address });
  it.each([
    ['from', 'dora@customer.example', []],
    ['from', 'dora@customer.example', ['assistant@customer.example']],
    ['reply-to', 'info@acme.example', ['dora@customer.example']],
    ['reply-to', 'Info@Acme.example', ['dora@customer.example', 'info@acme.example']],
    ['own', 'info@acme.example', []],
    ['own', 'info@acme.example', ['SALES@acme.example']],
  ] as const)('is %s: From %s, Reply-To %j', (author, from, replyTo) =>
    expect(authorOf({ from: person(from), replyTo: replyTo.map(person) }, own)).toBe(author),
  );
  it('is From without any address', () => expect(authorOf({ from: null, replyTo: null }, own)).toBe('from'));
});
