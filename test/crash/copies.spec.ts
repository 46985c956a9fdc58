import { KeptCopies } from './kept-copies.js';

it('each sent message has one copy, kept by the server at any time or by the service', async () => {
  const kept = await KeptCopies.open(1);
  await kept.sendAll(1).finally(() => kept.close());
}, 180_000);
