import { administrator, auditor, user } from '../../test/examples/callers.js';
import * as crm from '../../test/examples/crm-facts.js';
import { userAdded } from '../../test/examples/people-facts.js';
import { atOf, recorded, told } from '../../test/examples/recorded.js';
import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { HistoryParameters } from './history-parameters.js';
import { history as projection } from './history.js';
import { ShowCrmHistory, ShowCrmHistoryHandler } from './show-crm-history.js';

const saga = { by: 'system', via: 'create-contact-when-message-received' };
const facts = recorded([
  userAdded({ userId: 'ada', name: 'Ada' }),
  userAdded({ userId: 'ben', name: 'Ben' }),
  told(crm.contactCreated(), saga),
  crm.contactRenamed(),
  crm.contactEmailAdded(),
  crm.companyCreated(),
  crm.companyRenamed(),
  crm.taskCreated(),
  crm.taskRetitled(),
  crm.taskAssigned(),
  crm.taskCompleted(),
  crm.taskCreated({ taskId: 'task-2' }),
  crm.taskErased({ taskId: 'task-2' }),
  crm.contactAbandoned({ contactId: 'never' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(projection, whoMayDoWhat);
  await under.deliver(facts);
});
afterAll(() => under.close());

const history = (
  kind: ShowCrmHistory['kind'],
  id: string,
  caller = administrator(),
  parameters: Partial<HistoryParameters> = {},
) =>
  new ShowCrmHistoryHandler(under.database, under.access).execute(
    new ShowCrmHistory(caller, kind, id, Object.assign(new HistoryParameters(), parameters)),
  );
const summaries = async (...asked: Parameters<typeof history>): Promise<string[]> =>
  (await history(...asked)).items.map(({ summary }) => summary);

describe('the history of a contact, company or task', () => {
  it('shows author, time, entrance and sentence of each change, newest first', async () => {
    const { items } = await history('contact', 'dora');
    expect(items).toMatchObject([
      { by: { id: 'ada', name: 'Ada' }, via: 'web', summary: 'added the address dora@home.example', revision: 2 },
      {
        at: atOf(3),
        type: 'ContactRenamed',
        summary: 'renamed it from “Dora Diaz” to “Dora Dee”',
        changes: [{ field: 'name', from: 'Dora Diaz', to: 'Dora Dee' }],
      },
      { by: { id: 'system', name: 'the system' }, via: saga.via, summary: 'made the contact “Dora Diaz” from a mail' },
    ]);
    expect(await summaries('company', 'customer')).toEqual([
      'renamed it from “Customer” to “Customer Ltd”',
      'made the company “Customer”',
    ]);
    expect(await summaries('task', 'task-1')).toEqual([
      'completed it',
      'gave it to Ben',
      'renamed it from “Order 7” to “Send order 7”',
      'made the task “Order 7” for a mail',
    ]);
  });

  it('has filters and pages', async () => {
    expect(await summaries('task', 'task-1', administrator(), { field: 'assignee' })).toEqual(['gave it to Ben']);
    expect(await summaries('contact', 'dora', administrator(), { by: 'system' })).toHaveLength(1);
    expect(await summaries('contact', 'dora', administrator(), { via: saga.via })).toHaveLength(1);
    const first = await history('task', 'task-1', administrator(), { limit: 3 });
    expect(first.items).toHaveLength(3);
    const rest = await history('task', 'task-1', administrator(), { cursor: first.next! });
    expect(rest).toMatchObject({ items: [{ revision: 0 }], next: null });
  });

  it('of a task is shown to users of its account', async () => {
    expect(await summaries('task', 'task-1', user('ben', 'info'))).toHaveLength(4);
    await expect(history('task', 'task-1', user('ben', 'sales'))).rejects.toMatchObject({ reason: 'task-not-found' });
  });

  it('shows the source mail of a contact only to users of its account', async () => {
    const sources = async (caller = administrator()): Promise<unknown[]> =>
      (await history('contact', 'dora', caller)).items.flatMap(({ changes }) =>
        changes.filter(({ field }) => field === 'source'),
      );
    expect(await sources(user('ben', 'info'))).toHaveLength(1);
    expect(await sources(user('ben', 'sales'))).toEqual([]);
  });

  it('shows auditors each change without personal data', async () => {
    const all = JSON.stringify([
      await history('contact', 'dora', auditor()),
      await history('task', 'task-1', auditor()),
      await history('company', 'customer', auditor()),
    ]);
    for (const personal of ['Dora', 'dora@', 'Order 7']) expect(all).not.toContain(personal);
    expect(all).toContain('Customer Ltd');
    expect(await summaries('task', 'task-1', auditor())).toContain('renamed it from “•••” to “•••”');
  });

  it('is not found for a resource that is missing, erased or abandoned', async () => {
    for (const [kind, id] of [
      ['contact', 'nobody'],
      ['contact', 'never'],
      ['task', 'task-2'],
      ['company', 'dora'],
    ] as const)
      await expect(history(kind, id)).rejects.toMatchObject({ reason: `${kind}-not-found`, kind: 'not-found' });
    await expect(history('contact', 'dora', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});
