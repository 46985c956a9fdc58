import type { Schemas } from '../shared/api.js';
import { answerTo } from './answer.js';

const anna = { name: 'Anna', address: 'anna@firm.example' };
const ben = { name: 'Ben', address: 'ben@kiosk.example' };
const cleo = { name: '', address: 'cleo@kiosk.example' };
const message = (given: Partial<Schemas['MessageAnswer']>): Schemas['MessageAnswer'] =>
  ({ id: 'm', accountId: 'a', from: ben, to: [anna], cc: [], replyTo: [], subject: 'Offer', ...given }) as never;
const own = ['Anna@firm.example'];

describe('an answer', () => {
  it('goes to the author, and quotes', () => {
    expect(answerTo(message({}), 'reply', own)).toMatchObject({
      accountId: 'a',
      to: [ben],
      cc: [],
      subject: 'Re: Offer',
      inReplyTo: 'm',
      forwardOf: null,
      forwardWithout: [],
      quote: true,
    });
  });

  it('goes to Reply-To', () => {
    expect(answerTo(message({ replyTo: [cleo] }), 'reply', own).to).toEqual([cleo]);
  });

  it('to all leaves out oneself, and repeated addresses', () => {
    const given = message({ to: [anna, cleo], cc: [{ name: 'Ben again', address: 'BEN@kiosk.example' }] });
    expect(answerTo(given, 'reply-all', own)).toMatchObject({ to: [ben], cc: [cleo] });
  });

  it('to one’s own mail goes to its recipients', () => {
    const sent = message({ from: anna, to: [ben], cc: [cleo] });
    expect(answerTo(sent, 'reply', own)).toMatchObject({ to: [ben], cc: [] });
    expect(answerTo(sent, 'reply-all', own)).toMatchObject({ to: [ben], cc: [cleo] });
  });

  it('to mail from oneself to oneself goes to oneself', () => {
    expect(answerTo(message({ from: anna, to: [anna] }), 'reply', own).to).toEqual([anna]);
  });

  it.each([
    ['Re: Offer', 'Re: Offer'],
    ['RE[2]: Offer', 'RE[2]: Offer'],
    ['Odp: Oferta', 'Odp: Oferta'],
    ['Fwd: Offer', 'Re: Fwd: Offer'],
    [null, 'Re: '],
  ])('to %j has the subject %j', (subject, answered) => {
    expect(answerTo(message({ subject }), 'reply', own).subject).toBe(answered);
  });

  it('that forwards has no recipient yet', () => {
    expect(answerTo(message({}), 'forward', own)).toMatchObject({
      to: [],
      subject: 'Fwd: Offer',
      inReplyTo: null,
      forwardOf: 'm',
      forwardWithout: [],
      quote: false,
    });
  });
});
