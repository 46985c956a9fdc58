import { abortedSending, killedSender } from './interrupted-sending.js';
import { racedCancellation } from './raced-cancellation.js';
import { SendingSite } from './sending-site.js';

const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ABORTS = 950;
const KILLS = 50;
const RACES = 1000;

describe(`mail that is sent while processes die (CRASH_SEED=${seed} repeats them)`, () => {
  let site: SendingSite;
  beforeAll(async () => {
    site = await SendingSite.open();
  });
  afterAll(() => site?.close());

  it(`arrives once after each of ${ABORTS} aborts`, async () => {
    for (let n = 0; n < ABORTS; n++) await abortedSending(site, seed, n);
  }, 3_600_000);

  it(`arrives once after each of ${KILLS} kills`, async () => {
    for (let n = 0; n < KILLS; n++) await killedSender(site, seed, n);
  }, 3_600_000);

  it(`is sent or cancelled, never both, in ${RACES} races`, async () => {
    for (let n = 0; n < RACES; n++) await racedCancellation(site, seed, n);
  }, 3_600_000);
});
