import { abortedSending } from './interrupted-sending.js';
import { racedCancellation } from './raced-cancellation.js';
import { SendingSite } from './sending-site.js';

const SEED = 16;
const ABORTS = 40;
const RACES = 30;

describe('mail that is sent while processes die', () => {
  let site: SendingSite;
  beforeAll(async () => {
    site = await SendingSite.open();
  });
  afterAll(() => site?.close());

  it(`arrives once after each of ${ABORTS} aborts`, async () => {
    for (let n = 0; n < ABORTS; n++) await abortedSending(site, SEED, n);
  }, 120_000);

  it(`is sent or cancelled, never both, in ${RACES} races`, async () => {
    for (let n = 0; n < RACES; n++) await racedCancellation(site, SEED, n);
  }, 60_000);
});
