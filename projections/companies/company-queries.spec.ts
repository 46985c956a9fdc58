import { administrator, auditor, user } from '../../test/examples/callers.js';
import { companyCreated } from '../../test/examples/crm-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { companies } from './companies.js';
import { ListCompanies, ListCompaniesHandler, ListCompaniesParameters } from './list-companies.js';
import { ShowCompany, ShowCompanyHandler } from './show-company.js';

const facts = recorded([
  companyCreated(),
  companyCreated({ companyId: 'zoo', name: 'Zoo', domain: 'animals.example' }),
]);

let under: ProjectionsUnderTest;
beforeAll(async () => {
  under = await ProjectionsUnderTest.open(companies);
  await under.deliver(facts);
});
afterAll(() => under.close());

const list = (caller = administrator(), parameters: Partial<ListCompaniesParameters> = {}) =>
  new ListCompaniesHandler(under.database).execute(
    new ListCompanies(caller, Object.assign(new ListCompaniesParameters(), parameters)),
  );
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);
const show = (companyId: string, caller = administrator()) =>
  new ShowCompanyHandler(under.database).execute(new ShowCompany(caller, companyId));

describe('companies', () => {
  it('are listed newest first, page by page', async () => {
    const first = await list(administrator(), { limit: 1 });
    expect(first.items).toEqual([{ id: 'zoo', name: 'Zoo', domain: 'animals.example', revision: 0 }]);
    const second = await list(administrator(), { limit: 1, cursor: first.next! });
    expect(second).toEqual({
      items: [{ id: 'customer', name: 'Customer', domain: 'customer.example', revision: 0 }],
      next: null,
    });
  });

  it('are sorted by name', async () => {
    expect(await ids(administrator(), { sort: 'name' })).toEqual(['customer', 'zoo']);
  });

  it('are searched by name and domain, without regard to case', async () => {
    expect(await ids(administrator(), { q: 'zOO' })).toEqual(['zoo']);
    expect(await ids(administrator(), { q: 'customer.' })).toEqual(['customer']);
    expect(await ids(administrator(), { q: 'nothing' })).toEqual([]);
  });

  it('are shown to everyone with the mail module, and to no auditor', async () => {
    await expect(show('zoo', user('ben', 'info'))).resolves.toMatchObject({ id: 'zoo' });
    await expect(show('zoo', auditor())).rejects.toMatchObject({
      reason: 'auditors-do-not-read-mail',
      kind: 'forbidden',
    });
    await expect(list(auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail', kind: 'forbidden' });
    await expect(show('zoo', user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(list(user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(show('nothing')).rejects.toMatchObject({ reason: 'company-not-found', kind: 'not-found' });
  });
});
