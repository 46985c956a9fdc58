import { hashOf } from './demo-mailbox.js';
import type { MessageSummary, OpenMessage } from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';

const DIFFERENT = ['position', 'lastSeenAt'];

/** Positions differ after a move to the other engine, and each look is a use of the session. */
const comparable = <T>(answer: T): T =>
  JSON.parse(JSON.stringify(answer, (key, value: unknown) => (DIFFERENT.includes(key) ? undefined : value))) as T;

/** All that a person sees: histories, rights, CRM and mail, with its texts and attachments. */
export async function shownTo(admin: Requests, accountId: string): Promise<object> {
  const lists: Record<string, unknown> = {};
  for (const path of ['accounts', `accounts/${accountId}/history`, 'contacts', 'companies', 'tasks', 'users', 'tokens'])
    lists[path] = await allOf(admin, `/api/${path}`);
  lists.access = done(await admin.get(`/api/accounts/${accountId}/access`));
  lists.found = (await allOf<MessageSummary>(admin, '/api/messages?q=pectin')).map(({ id }) => id);
  const messages = await allOf<MessageSummary>(admin, `/api/accounts/${accountId}/messages`);
  const opened = [];
  for (const { id } of messages) {
    const message = done(await admin.get<OpenMessage>(`/api/messages/${id}`));
    const files = [];
    for (const { index } of message.attachments)
      files.push(hashOf((await admin.get(`/api/messages/${id}/attachments/${index}`)).bytes));
    opened.push({ ...message, files });
  }
  return comparable({ ...lists, messages, opened });
}
