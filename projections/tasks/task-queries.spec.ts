import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import { taskAssigned, taskCreated } from '../../test/examples/crm-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { ListTasks, ListTasksHandler, ListTasksParameters } from './list-tasks.js';
import { ShowTask, ShowTaskHandler } from './show-task.js';
import { tasks } from './tasks.js';

const facts = recorded([
  taskCreated(),
  taskCreated({ taskId: 'task-2', messageId: 'message-2', title: null }),
  taskCreated({ taskId: 'task-3', messageId: 'message-3', accountId: 'sales', title: 'Call back' }),
  taskAssigned({ taskId: 'task-3' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(tasks, whoMayDoWhat);
  await under.deliver(facts);
});
afterAll(() => under.close());

const list = (caller = administrator(), parameters: Partial<ListTasksParameters> = {}) =>
  new ListTasksHandler(under.database).execute(
    new ListTasks(caller, Object.assign(new ListTasksParameters(), parameters)),
  );
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);
const show = (taskId: string, caller = administrator()) =>
  new ShowTaskHandler(under.database, under.access).execute(new ShowTask(caller, taskId));

describe('tasks', () => {
  it('are shown with their mail and contact', async () => {
    expect(await show('task-1')).toEqual({
      id: 'task-1',
      title: 'Order 7',
      messageId: 'message-1',
      contactId: 'dora',
      accountId: 'info',
      state: 'open',
      assignee: null,
      createdAt: atOf(0),
      revision: 0,
    });
  });

  it('are listed newest first, page by page', async () => {
    const first = await list(administrator(), { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['task-3', 'task-2']);
    expect(await ids(administrator(), { limit: 2, cursor: first.next! })).toEqual(['task-1']);
  });

  it('are filtered by state, account and title', async () => {
    expect(await ids(administrator(), { state: 'done' })).toEqual([]);
    expect(await ids(administrator(), { state: 'open', accountId: 'info' })).toEqual(['task-2', 'task-1']);
    expect(await ids(administrator(), { q: 'CALL' })).toEqual(['task-3']);
  });

  it('are filtered by assignee and contact', async () => {
    expect(await ids(administrator(), { assignee: 'ben' })).toEqual(['task-3']);
    expect(await ids(administrator(), { assignee: 'none' })).toEqual(['task-2', 'task-1']);
    expect(await ids(administrator(), { contactId: 'dora', accountId: 'sales' })).toEqual(['task-3']);
    expect(await ids(administrator(), { contactId: 'emil' })).toEqual([]);
  });

  it('are sorted, page by page', async () => {
    expect(await ids(administrator(), { sort: 'createdAt' })).toEqual(['task-1', 'task-2', 'task-3']);
    const first = await list(administrator(), { sort: 'title', limit: 2 });
    expect(first.items.map(({ title }) => title)).toEqual([null, 'Call back']);
    expect(await ids(administrator(), { sort: 'title', cursor: first.next! })).toEqual(['task-1']);
    await expect(list(administrator(), { cursor: first.next! })).rejects.toMatchObject({
      errors: [{ field: 'cursor' }],
    });
  });

  it('are shown to users of their account', async () => {
    const ben = user('ben', 'sales');
    expect(await ids(ben)).toEqual(['task-3']);
    expect(await ids(ben, { accountId: 'info' })).toEqual([]);
    await expect(show('task-3', ben)).resolves.toMatchObject({ id: 'task-3' });
    await expect(show('task-1', ben)).rejects.toMatchObject({ reason: 'task-not-found', kind: 'not-found' });
    await expect(show('never')).rejects.toMatchObject({ reason: 'task-not-found', kind: 'not-found' });
  });

  it('disappear with their account, also for administrators; a later task of the account is not shown', async () => {
    const late = taskCreated({ taskId: 'task-9', messageId: 'message-9', accountId: 'old' });
    await under.deliver(recorded([accountAdded({ accountId: 'old' }), accountRemoved({ accountId: 'old' }), late]));
    expect(await ids()).toEqual(['task-3', 'task-2', 'task-1']);
    await expect(show('task-9')).rejects.toMatchObject({ reason: 'task-not-found' });
  });

  it('are refused without the mail module, and to auditors', async () => {
    await expect(list(auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail', kind: 'forbidden' });
    await expect(show('task-1', auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail' });
    await expect(list(user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(show('task-1', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked' });
  });
});
