import { HABITS, KeptCopies } from './kept-copies.js';

const ACCOUNTS = 10;
const MESSAGES = 10;

it(`each of ${HABITS.length * ACCOUNTS * MESSAGES} sent messages has one copy, of the server or of the service`, async () => {
  const kept = await KeptCopies.open(ACCOUNTS);
  await kept.sendAll(MESSAGES).finally(() => kept.close());
}, 1_800_000);
