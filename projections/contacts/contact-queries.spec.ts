import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import { administrator, auditor, user } from '../../test/examples/callers.js';
import { contactCreated } from '../../test/examples/crm-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { deliveryFailed } from '../../test/examples/sending-facts.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { contacts } from './contacts.js';
import { ListContacts, ListContactsHandler, ListContactsParameters } from './list-contacts.js';
import { ShowContact, ShowContactHandler } from './show-contact.js';

const source = { messageId: 'message-1', accountId: 'info' };
const facts = recorded([
  contactCreated(),
  contactCreated({ contactId: 'emil', name: 'Emil', emails: ['emil@100%.example'], companyId: null, source: null }),
  contactCreated({ contactId: 'forgotten', name: null, emails: null }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(contacts, whoMayDoWhat);
  await under.deliver(facts);
});
afterAll(() => under.close());

const list = (caller = administrator(), parameters: Partial<ListContactsParameters> = {}) =>
  new ListContactsHandler(under.database, under.access).execute(
    new ListContacts(caller, Object.assign(new ListContactsParameters(), parameters)),
  );
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);
const show = (contactId: string, caller = administrator()) =>
  new ShowContactHandler(under.database, under.access).execute(new ShowContact(caller, contactId));

describe('contacts', () => {
  it('are listed newest first, page by page', async () => {
    const first = await list(administrator(), { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['forgotten', 'emil']);
    expect(await ids(administrator(), { limit: 2, cursor: first.next! })).toEqual(['dora']);
  });

  it('are searched by name and address, without regard to case and without wildcards', async () => {
    expect(await ids(administrator(), { q: 'DIAZ' })).toEqual(['dora']);
    expect(await ids(administrator(), { q: 'dora@CUSTOMER' })).toEqual(['dora']);
    expect(await ids(administrator(), { q: '%' })).toEqual(['emil']);
  });

  it('are filtered by company, and sorted', async () => {
    expect(await ids(administrator(), { companyId: 'customer' })).toEqual(['forgotten', 'dora']);
    expect(await ids(administrator(), { companyId: 'none' })).toEqual(['emil']);
    expect(await ids(administrator(), { sort: 'name' })).toEqual(['forgotten', 'dora', 'emil']);
    expect(await ids(administrator(), { sort: 'createdAt' })).toEqual(['dora', 'emil', 'forgotten']);
  });

  it('are filtered by the account that they came from, for callers that may use it', async () => {
    expect(await ids(administrator(), { accountId: 'info' })).toEqual(['forgotten', 'dora']);
    expect(await ids(user('ben', 'info'), { accountId: 'info' })).toEqual(['forgotten', 'dora']);
    expect(await ids(user('ben', 'other'), { accountId: 'info' })).toEqual([]);
    expect(await ids(administrator(), { accountId: 'other' })).toEqual([]);
  });

  it('show their source mail only to users of its account', async () => {
    const dora = {
      id: 'dora',
      name: 'Dora Diaz',
      emails: ['dora@customer.example'],
      companyId: 'customer',
      bounces: [],
      revision: 0,
    };
    expect(await show('dora', administrator())).toEqual({ ...dora, source });
    expect(await show('dora', user('ben', 'info'))).toEqual({ ...dora, source });
    expect(await show('dora', user('ben', 'other'))).toEqual({ ...dora, source: null });
    expect((await list(user('ben', 'other'))).items.map((item) => item.source)).toEqual([null, null, null]);
  });

  it('lose their source mail, and stay, when its account is removed', async () => {
    const removed = [accountAdded({ accountId: 'old' }), accountRemoved({ accountId: 'old' })];
    const fred = contactCreated({ contactId: 'fred', source: { messageId: 'message-9', accountId: 'old' } });
    await under.deliver(recorded([...removed, fred]));
    expect(await show('fred')).toMatchObject({ id: 'fred', source: null });
    expect((await list()).items.find(({ id }) => id === 'fred')).toMatchObject({ source: null });
    expect(await ids(administrator(), { accountId: 'old' })).toEqual([]);
  });

  it('show that mail to them did not arrive, and the message to users of its account', async () => {
    await under.deliver(recorded([deliveryFailed()]));
    const bounce = { address: 'dora@customer.example', code: '5.1.1', at: expect.any(String) };
    expect((await show('dora', user('ben', 'info'))).bounces).toEqual([{ ...bounce, messageId: 'message-9' }]);
    expect((await show('dora', user('ben', 'other'))).bounces).toEqual([{ ...bounce, messageId: null }]);
    expect((await list()).items.find(({ id }) => id === 'dora')?.bounces).toHaveLength(1);
  });

  it('lose name and addresses, and stay, when their key is destroyed', async () => {
    expect(await show('forgotten')).toMatchObject({ name: null, emails: [], source });
  });

  it('are shown to each user with the right to the mail module, and to no auditor', async () => {
    await expect(show('dora', auditor())).rejects.toMatchObject({
      reason: 'auditors-do-not-read-mail',
      kind: 'forbidden',
    });
    await expect(list(auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail', kind: 'forbidden' });
    await expect(show('dora', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(list(user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(show('nobody')).rejects.toMatchObject({ reason: 'contact-not-found', kind: 'not-found' });
  });
});
