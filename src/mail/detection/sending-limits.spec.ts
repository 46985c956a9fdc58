import { PROVIDERS } from './providers.js';
import { presetLimits } from './sending-limits.js';

describe('the limits of a provider', () => {
  it.each([
    ['smtp.office365.com', 'anna@company.example', 30, 10_000],
    ['SMTP.Office365.com', 'anna@company.example', 30, 10_000],
    ['smtp.gmail.com', 'anna@gmail.com', 20, 500],
    ['smtp.gmail.com', 'anna@company.example', 60, 2000],
    ['smtp.mail.me.com', 'anna@icloud.com', 20, 1000],
    ['ssl0.ovh.net', 'anna@company.example', 20, 500],
    ['mail.company.example', 'anna@company.example', 20, 500],
  ])('of %s for %s are %i in a minute and %i in a day', (host, address, perMinute, perDay) => {
    expect(presetLimits(host, address)).toMatchObject({ perMinute, perDay });
  });

  it('grow with the time for each known server', () => {
    for (const [host] of PROVIDERS.flatMap(({ outgoing }) => outgoing)) {
      const { perMinute, perHour, perDay } = presetLimits(host, 'anna@company.example');
      expect(perMinute).toBeLessThan(perHour);
      expect(perHour).toBeLessThan(perDay);
    }
  });
});
