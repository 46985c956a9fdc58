import { type Api, Problem } from '../service/api.js';

/** Repeats a request until the service accepts it: `changed-meanwhile` only means that another request came first. */
export async function acknowledged<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== 'changed-meanwhile') throw error;
    }
  }
}

let added = 0;

export async function addUsers(api: Api, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const email = `user-${added++}@mailroom.test`;
    const { id } = await api.json<{ id: string }>('POST', '/api/users', { name: email, email, role: 'user' });
    ids.push(id);
  }
  return ids;
}

/** Grants and revokes in turn, so that every acknowledged request is a change. */
export async function grantAndRevoke(api: Api, accountId: string, userId: string, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++)
    await api.json(turn % 2 === 0 ? 'PUT' : 'DELETE', `/api/accounts/${accountId}/access/${userId}`);
}
