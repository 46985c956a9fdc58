import { Patience } from './patience.js';

const HOUR = 3_600_000;

it('patience ends two hours after the last message, however long the fetch has run', () => {
  let now = 5 * HOUR;
  const patience = new Patience(() => now);
  for (let hour = 0; hour < 10; hour++) {
    now += HOUR;
    patience.check();
    patience.renew();
  }
  now += 2 * HOUR;
  patience.check();
  now += 1;
  expect(() => patience.check()).toThrow(expect.objectContaining({ reason: 'stalled', server: 'incoming' }));
});
