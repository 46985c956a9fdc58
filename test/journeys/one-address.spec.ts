import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { companyIdOf, companyStream } from '../../src/companies/company.events.js';
import { addressStream, contactStream } from '../../src/contacts/contact.events.js';
import type { AnyFact } from '../../src/all.events.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const IDN = 'jan@żółw.example';
const A_LABELS = 'jan@xn--w-uga1v8h.example';

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([
    RunningService.start(),
    startMailServer({ users: { 'own@example.test': 'secret' } }),
  ]);
  admin = await service.signedIn();
  account = (await addAccount(admin, accountOn(mail, 'own@example.test', 'secret', { createContacts: true }))).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const record = (stream: string, ...facts: AnyFact[]): Promise<unknown> =>
  service.service.platform.log.append(stream, -1, facts, {
    ...{ by: 'system', via: 'web', at: new Date().toISOString() },
    ...{ correlationId: 'test', causationId: null },
  });

async function receive(from: string, subject: string): Promise<MessageSummary> {
  const lines = [`From: ${from}`, 'To: own@example.test', `Subject: ${subject}`, '', 'Hello', ''];
  mail.deliver('own@example.test', 'INBOX', Buffer.from(lines.join('\r\n')));
  await fetchMail(admin, account);
  await service.settled();
  return (await allOf<MessageSummary>(admin, '/api/messages')).find((each) => each.subject === subject)!;
}

describe('all spellings of an address are one', () => {
  it('for accounts', async () => {
    const add = (address: string) =>
      admin.post<Recorded>('/api/accounts?skipTest=true', accountOn(mail, address, 'secret'));
    const added = done(await add('Biuro@Żółw-firma.example.'));
    for (const address of [
      'biuro@xn--w-firma-k0a52e8r.example',
      'biuro@żółw-firma.example',
      'BIURO@ŻÓŁW-firma.example.',
    ])
      expect(await add(address)).toMatchObject({ status: 409, body: { reason: 'address-taken' } });
    const shown = done(await admin.after(added).get<{ address: string }>(`/api/accounts/${added.id}`));
    expect(shown).toMatchObject({ address: 'Biuro@xn--w-firma-k0a52e8r.example', login: 'Biuro@Żółw-firma.example' });
    expect(await admin.post('/api/erasures', { address: 'biuro@żółw-firma.example' })).toMatchObject({
      status: 409,
      body: { reason: 'address-of-an-account' },
    });
    expect(await admin.post('/api/contacts', { name: 'x', emails: ['eva@ŻÓŁW-firma.example'] })).toMatchObject({
      status: 409,
      body: { reason: 'own-address' },
    });
  });

  it('for contacts and companies by hand', async () => {
    done(await admin.post('/api/companies', { name: 'Gęś', domain: 'Gęś.example.' }));
    expect(await admin.post('/api/companies', { name: 'x', domain: 'xn--g-1ia2r.example' })).toMatchObject({
      status: 409,
      body: { reason: 'domain-taken' },
    });
    const made = done(
      await admin.post<Recorded>('/api/contacts', {
        name: 'Ewa',
        emails: ['ewa@gęś.example', 'EWA@xn--g-1ia2r.example.'],
      }),
    );
    const { id } = made;
    const [ewa] = await allOf<{ id: string; emails: string[]; companyId: string }>(
      admin.after(made),
      '/api/contacts?q=Ewa',
    );
    expect(ewa).toMatchObject({ id, emails: ['ewa@xn--g-1ia2r.example'], companyId: expect.any(String) });
    for (const email of ['ewa@gęś.example.', '"ewa"@xn--g-1ia2r.example'])
      expect(await admin.post('/api/contacts', { name: 'x', emails: [email] })).toMatchObject({
        status: 409,
        body: { reason: 'address-taken', contactId: id },
      });
  });

  it('for contacts and companies of earlier releases, which told spellings apart', async () => {
    const { platform } = service.service;
    const key = platform.master.nameFor('address', IDN);
    const companyId = companyIdOf('żółw.example');
    await record(companyStream(companyId), {
      type: 'CompanyCreated',
      data: { companyId, name: 'Żółw', domain: 'żółw.example' },
    });
    await record(addressStream(key), { type: 'AddressAssigned', data: { addressKey: key, contactId: 'jan' } });
    await record(contactStream('jan'), {
      type: 'ContactCreated',
      data: { contactId: 'jan', addressKey: key, companyId, source: null, name: 'Jan', emails: [IDN] },
    });
    await service.settled();
    const first = await receive(`Jan <${IDN}>`, 'with U-labels');
    const second = await receive(`Jan <${A_LABELS}>`, 'with A-labels');
    expect([first.contactId, second.contactId]).toEqual(['jan', 'jan']);
    expect(await allOf(admin, '/api/companies?q=w.example')).toHaveLength(1);
    expect(await admin.post('/api/contacts', { name: 'x', emails: [A_LABELS] })).toMatchObject({
      status: 409,
      body: { contactId: 'jan' },
    });
    const erased = done(await admin.post<object>('/api/erasures', { address: A_LABELS }));
    expect(erased).toMatchObject({ state: 'done', contacts: 1, companies: 1, messages: 2 });
  });
});
