import { QueryClient } from '@tanstack/react-query';
import { layoutOf } from './list-layout.js';
import { type MailList, type Message, newestQuery, pageQuery } from './mail-queries.js';

const list: MailList = { box: 'received' };
const { chunks } = layoutOf([
  ['2026-11-28', 2],
  ['2026-11-27', 60],
]);
const [newest, older] = [chunks[0]!, chunks[1]!];
const items = Array.from({ length: 50 }, (_, n) => ({ id: `m${n}` }) as Message);

/** No service answers here. */
const ASKED = { document: { reason: 'offline' } };

function readClient(): { client: QueryClient; pageOf: (chunk: typeof newest) => Promise<string[]> } {
  const client = new QueryClient();
  client.setQueryData(newestQuery(list).queryKey, { items, next: 'more' });
  return {
    client,
    pageOf: async (chunk) =>
      (await client.query({ ...pageQuery(client, list, chunk, 0), retry: false })).items.map(({ id }) => id),
  };
}

describe('pages of a list', () => {
  it('are a part of the newest rows that were read beside the calendar', async () => {
    expect(newest.count).toBeLessThan(50);
    expect(await readClient().pageOf(newest)).toEqual(items.slice(0, newest.count).map(({ id }) => id));
  });

  it('are asked for if the newest rows end before them', async () => {
    await expect(readClient().pageOf(older)).rejects.toMatchObject(ASKED);
  });

  it('are asked for once the list has changed', async () => {
    const { client, pageOf } = readClient();
    await client.invalidateQueries({ queryKey: ['messages'] });
    await expect(pageOf(newest)).rejects.toMatchObject(ASKED);
  });
});
