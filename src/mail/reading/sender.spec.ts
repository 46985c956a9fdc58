import { messageReceived } from '../../../test/examples/message-facts.js';
import { becomesContact, isFreeMail, senderOf } from './sender.js';

const from = (address: string, name = 'Dora Diaz') => messageReceived({ from: { name, address } }).data;

describe('the sender of a mail', () => {
  it('has a company by its registrable domain, also from a subdomain', () =>
    expect(senderOf(from('dora@mail.customer.co.uk'))?.company).toEqual({
      domain: 'customer.co.uk',
      name: 'Customer',
    }));

  it.each([
    'dora@gmail.com',
    'dora@wp.pl',
    'dora@onet.pl',
    'dora@o2.pl',
    'dora@interia.pl',
    'dora@outlook.com',
    'dora@icloud.com',
    'Dora@yahoo.com',
  ])('has no company when it uses free mail: %s', (address) => {
    expect([address, address.toUpperCase()].map(isFreeMail)).toEqual([true, true]);
    expect(senderOf(from(address))).toMatchObject({ address, company: null });
  });

  it.each([
    ['a customer under a private suffix', 'biuro@alfa.krakow.pl', 'alfa.krakow.pl'],
    ['a customer of a hoster', 'info@shop.myshopify.com', 'shop.myshopify.com'],
    ['a domain with a trailing dot', 'dora@mail.customer.example.', 'customer.example'],
  ])('has the company of %s', (_, address, domain) => {
    expect(senderOf(from(address))?.company).toMatchObject({ domain });
  });

  it.each([
    'dora@op.pl',
    'dora@vp.pl',
    'dora@gmx.net',
    'dora@poczta.fm',
    'root@localhost',
    'dora@[192.0.2.1]',
    'dora@192.0.2.1',
    'dora@krakow.pl',
  ])('has no company: %s', (address) => {
    expect(senderOf(from(address))?.company).toBeNull();
  });

  it.each([
    ['"Dora Diaz"', 'Dora Diaz'],
    ["'Dora Diaz'", 'Dora Diaz'],
    ['boss@bank.test', 'dora'],
    ['Dora Diaz via Sales List', 'Dora Diaz'],
    ['Dora (Sales)', 'Dora (Sales)'],
    ["Dora O'Neill", "Dora O'Neill"],
  ])('is called %s: %s', (written, name) => {
    expect(senderOf(from('dora@customer.example', written))?.name).toBe(name);
  });

  it('without a name gets the local part as its name', () =>
    expect(senderOf(from('dora@customer.example', ' '))?.name).toBe('dora'));

  it.each(['', 'dora', '@customer.example', 'dora@', 'do ra@customer.example'])(
    'is null when its address is invalid: %j',
    (address) => expect(senderOf(from(address))).toBeNull(),
  );

  it('is null when it was erased', () => expect(senderOf({ from: null, replyTo: null, author: 'from' })).toBeNull());

  it('is the person in Reply-To when an own address sends for that person', () => {
    const form = {
      ...from('info@acme.example', 'Acme'),
      replyTo: [{ name: 'Dora', address: 'dora@customer.example' }],
    };
    expect(senderOf({ ...form, author: 'reply-to' })).toMatchObject({ address: 'dora@customer.example', name: 'Dora' });
  });

  it('is null when the organisation itself wrote it', () =>
    expect(senderOf({ ...from('info@acme.example'), author: 'own' })).toBeNull());
});

describe('a received mail makes its sender a contact', () => {
  const mail = (address: string, changed: Parameters<typeof messageReceived>[0] = {}) =>
    messageReceived({ from: { name: '', address }, ...changed }).data;
  const everyone = { createContacts: true, createContactsFrom: 'everyone', createTasks: false, notify: false } as const;

  it('when a person wrote it', () => expect(becomesContact(mail('dora@customer.example'))).toBe(true));

  it('not when contacts are off for the account', () =>
    expect(becomesContact(mail('dora@customer.example', { reactions: { ...everyone, createContacts: false } }))).toBe(
      false,
    ));

  it('not when it is the report of a mail server', () =>
    expect(becomesContact(mail('dora@customer.example', { automatic: 'report', reactions: everyone }))).toBe(false));

  it.each(['auto-submitted', 'mailing-list', 'bulk', 'null-return-path'] as const)(
    'not when it is %s, unless everyone is wanted',
    (automatic) => {
      expect(becomesContact(mail('dora@customer.example', { automatic }))).toBe(false);
      expect(becomesContact(mail('dora@customer.example', { automatic, reactions: everyone }))).toBe(true);
    },
  );

  it.each([
    'no-reply',
    'noreply',
    'NoReply',
    'no_reply',
    'do-not-reply',
    'donotreply',
    'nie-odpowiadaj',
    'mailer-daemon',
    'postmaster',
    'bounce+123',
    'bounces-7',
    'notifications',
    'noreply-orders',
    'noreply2',
    'x-no-reply',
    'bounce-17-dora=customer.example',
    'news-17-dora=customer.example',
  ])('not when its local part is that of a machine, unless everyone is wanted: %s@', (local) => {
    expect(becomesContact(mail(`${local}@customer.example`))).toBe(false);
    expect(becomesContact(mail(`${local}@customer.example`, { reactions: everyone }))).toBe(true);
  });

  it.each(['norbert', 'rooter', 'alerta', 'postmasterson', 'info', 'replyto'])(
    'when its local part is only similar to that of a machine: %s@',
    (local) => expect(becomesContact(mail(`${local}@customer.example`))).toBe(true),
  );
});
