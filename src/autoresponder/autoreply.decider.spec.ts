import { replyQueued, replySuppressed } from '../../test/examples/autoreply-facts.js';
import { given } from '../../test/given.js';
import { brake, giveUp, repliedIn, reply, suppress } from './autoreply.decider.js';
import type { AutoreplyEvent, Judged } from './autoreply.events.js';
import { autoreplies, type Autoreplies } from './autoreply.fold.js';

const { replyId, domainKey, ...judged } = replyQueued().data;
const next: Judged = { ...judged, messageId: 'message-2' };
const answer =
  (mail: Judged, id: string, failed: string | null = null) =>
  (state: Autoreplies): AutoreplyEvent[] =>
    reply(state, mail, { replyId: id, domainKey }, failed);
const queued = (mail: Judged, id: string): AutoreplyEvent => replyQueued({ ...mail, replyId: id });

describe('an absence reply', () => {
  it('is queued for the first message of a sender', () => {
    given(autoreplies).when(answer(judged, replyId)).then(replyQueued());
  });

  it('of a message that was judged before is not queued again', () => {
    given(autoreplies, replyQueued()).when(answer(judged, replyId)).then();
    given(autoreplies, replySuppressed()).when(answer(judged, replyId)).then();
    given(autoreplies, replyQueued())
      .when((state) => suppress(state, judged, 'bulk'))
      .then();
  });

  it('to a sender that had one in this absence is suppressed', () => {
    given(autoreplies, replyQueued()).when(answer(next, 'message-10')).then(replySuppressed(next));
  });

  it('leaves again in another absence, and after a reply that no server took', () => {
    const later = { ...next, window: judged.window + 1 };
    given(autoreplies, replyQueued()).when(answer(later, 'message-10')).then(queued(later, 'message-10'));
    given(autoreplies, replyQueued())
      .when(answer(next, 'message-10', replyId))
      .then(queued(next, 'message-10'));
  });

  it('that cannot be queued leaves no mark', () => {
    const refused = replySuppressed({ reason: 'address-invalid' });
    given(autoreplies, replyQueued())
      .when((state) => giveUp(state, judged, 'address-invalid'))
      .then(refused);
    given(autoreplies, replyQueued(), refused)
      .when((state) => giveUp(state, judged, 'address-invalid'))
      .then();
    given(autoreplies, replyQueued(), refused).when(answer(next, 'message-10')).then(queued(next, 'message-10'));
  });

  it('counts within its absence', () => {
    const state = autoreplies.evolve(autoreplies.initial, replyQueued());
    expect([repliedIn(state, judged.window), repliedIn(state, judged.window + 1)]).toEqual([replyId, null]);
  });

  it.each([
    [{ toDomain: 4, inHour: 59, inDay: 499 }, null],
    [{ toDomain: 5, inHour: 5, inDay: 5 }, 'too-many-to-domain'],
    [{ toDomain: 0, inHour: 60, inDay: 60 }, 'too-many-per-hour'],
    [{ toDomain: 0, inHour: 0, inDay: 500 }, 'too-many-per-day'],
  ])('after %j: %s', (recent, expected) => {
    expect(brake(recent)).toBe(expected);
  });
});
