import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { START } from '../../src/platform/log/event-store.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored } from './stored.js';

const OWN = 'own@example.test';
const DORA = 'dora.quince@quinceland.example';
const crowd = Array.from({ length: 600 }, (_, n) => `guest${n}@crowd.example`);

/** Header fields with Dora somewhere. The subject of each message is the name of the place. */
const PLACES: Record<string, string[]> = {
  From: [`From: Dora <${DORA}>`],
  'second From': ['From: Emil <emil@emu.example>', `From: Dora <${DORA}>`],
  'second address of From': [`From: Emil <emil@emu.example>, Dora <${DORA}>`],
  To: [`To: ${OWN}, ${DORA}`],
  'recipient 501': [`To: ${[...crowd, DORA, 'last@crowd.example'].join(',\r\n ')}`],
  Cc: [`Cc: Friends: emil@emu.example, ${DORA};`],
  Bcc: [`Bcc: ${DORA}`],
  'Reply-To': [`Reply-To: ${DORA}`],
  Sender: [`Sender: "Quince, Dora" <${DORA}>`],
  'Return-Path': [`Return-Path: <${DORA}>`],
  'Resent-From': [`Resent-From: ${DORA}`],
  'Resent-To': [`Resent-To: ${DORA}`],
  'Resent-Cc': [`Resent-Cc: ${DORA}`],
  'Delivered-To': [`Delivered-To: ${DORA}`],
  Received: [`Received: from a.example by b.example with ESMTP id 1\r\n for <${DORA}>; Mon, 2 Nov 2026 10:00:00 +0100`],
  'Disposition-Notification-To': [`Disposition-Notification-To: ${DORA}`],
  'display name': [`Cc: "${DORA} via list" <list@lists.example>`],
  'encoded display name': ['Cc: =?utf-8?Q?dora.quince=40quinceland.example?= <list@lists.example>'],
  comment: [`Cc: list@lists.example (for ${DORA})`],
  'quoted local part': ['Cc: "dora.quince"@quinceland.example'],
  'trailing dot': ['Cc: dora.quince@quinceland.example.'],
  'upper case': ['Cc: Dora.Quince@QuinceLand.Example'],
  'spaces around @': ['Cc: dora.quince @ quinceland.example'],
};
const ZOLW: Record<string, string[]> = {
  IDN: ['From: Jan <jan@żółwik.example>'],
  'A-labels': ['From: Jan <jan@xn--wik-fna90bfl.example>'],
};

let service: RunningService;
let mail: MailServer;
let admin: Requests;

const deliver = (place: string, fields: readonly string[]): number => {
  const from = fields.some((field) => field.startsWith('From:')) ? [] : ['From: Emil <emil@emu.example>'];
  const to = fields.some((field) => field.startsWith('To:')) ? [] : [`To: ${OWN}`];
  const head = [...fields, ...from, ...to, `Subject: ${place}`, `Message-ID: <${place.replace(/\W/g, '-')}@x.example>`];
  return mail.deliver(OWN, 'INBOX', Buffer.from([...head, '', `Text about ${place}`, ''].join('\r\n')));
};

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [OWN]: 'secret' } })]);
  admin = await service.signedIn();
  const account = await addAccount(admin, accountOn(mail, OWN, 'secret', { createContacts: true, createTasks: true }));
  for (const [place, fields] of Object.entries({ ...PLACES, ...ZOLW })) deliver(place, fields);
  deliver('nobody', []);
  await fetchMail(admin, account.id);
  await service.settled();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const subjects = async (): Promise<string[]> =>
  (await allOf<MessageSummary>(admin, '/api/messages')).map(({ subject }) => subject!).sort();

/** Everything that the service keeps, as its readers see it: rows, opened facts, opened bytes of mail, and files. */
async function everythingKept(): Promise<string> {
  const { platform } = service.service;
  const facts: string[] = [];
  const head = await platform.store.head();
  const ended = new AbortController();
  for await (const batch of platform.log.follow(START, { signal: ended.signal })) {
    facts.push(...batch.facts.map((fact) => JSON.stringify(fact)));
    if (batch.position >= head) break;
  }
  const files = await readdir(service.dataDir, { recursive: true, withFileTypes: true });
  const bytes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  const raw = await Promise.all(
    (await allOf<MessageSummary>(admin, '/api/messages')).map(async ({ id }) =>
      (await admin.get(`/api/messages/${id}/raw`)).bytes.toString(),
    ),
  );
  return [await everythingStored(service), ...facts, ...bytes, ...raw, service.logged.join('\n')].join('\n');
}

describe('the erasure of a person with the address in every place of a message', () => {
  it('finds each of the places', async () => {
    const all = await subjects();
    expect(all).toHaveLength(Object.keys({ ...PLACES, ...ZOLW }).length + 1);
    const preview = done(await admin.post<object>('/api/erasures', { address: DORA, preview: true }));
    expect(preview).toMatchObject({ contacts: 1, companies: 1, messages: Object.keys(PLACES).length });
    const kept = await everythingKept();
    for (const text of ['quince', 'QuinceLand', 'Quinceland']) expect(kept).toContain(text);
  });

  it('keeps nothing of the person in rows, facts, bytes, files and lines of the log', async () => {
    const by = admin.with({ 'Idempotency-Key': 'a-key-of-this-erasure' });
    const erased = done(await by.post<object>('/api/erasures', { address: `"Dora.Quince"@Quinceland.Example.` }));
    expect(erased).toMatchObject({ state: 'done', contacts: 1, companies: 1, messages: Object.keys(PLACES).length });
    await service.settled();
    expect(await subjects()).toEqual([...Object.keys(ZOLW), 'nobody'].sort());
    const kept = await everythingKept();
    expect(kept.toLowerCase().match(/.{0,80}quince.{0,80}/g) ?? []).toEqual([]);
    expect(kept).toContain('Text about nobody');
  });

  it('finds an internationalised domain in both spellings, as one contact and one company', async () => {
    const contacts = await allOf<{ emails: string[] }>(admin, '/api/contacts?q=jan@');
    expect(contacts.map(({ emails }) => emails)).toEqual([['jan@xn--wik-fna90bfl.example']]);
    const companies = await allOf<{ name: string }>(admin, '/api/companies?q=wik');
    expect(companies).toMatchObject([{ name: 'Żółwik', domain: 'xn--wik-fna90bfl.example' }]);
    const erased = done(await admin.post<object>('/api/erasures', { address: 'Jan@ŻÓŁWIK.example' }));
    expect(erased).toMatchObject({ state: 'done', contacts: 1, companies: 1, messages: 2 });
    await service.settled();
    expect(await everythingKept()).not.toMatch(/żółwik|xn--wik/i);
  });

  it('keeps a company with further contacts, and its domain', async () => {
    for (const name of ['ada', 'ben']) deliver(`from ${name}`, [`From: ${name} <${name}@shared.example>`]);
    const { items } = done(await admin.get<{ items: { id: string }[] }>('/api/accounts'));
    await fetchMail(admin, items[0]!.id);
    await service.settled();
    const erased = done(await admin.post<Recorded>('/api/erasures', { address: 'ada@shared.example' }));
    expect(erased).toMatchObject({ state: 'done', contacts: 1, companies: 0, messages: 1 });
    const companies = await allOf<{ domain: string }>(admin.after(erased), '/api/companies');
    expect(companies.map(({ domain }) => domain)).toContain('shared.example');
    const last = done(await admin.post<Recorded>('/api/erasures', { address: 'ben@shared.example' }));
    expect(last).toMatchObject({ state: 'done', companies: 1 });
    deliver('from cleo', ['From: cleo <cleo@shared.example>']);
    await fetchMail(admin, items[0]!.id);
    await service.settled();
    expect(await allOf(admin, '/api/companies?q=shared')).toHaveLength(1);
  });
});
