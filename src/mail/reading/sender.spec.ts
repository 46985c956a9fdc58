import { messageReceived } from '../../../test/examples/message-facts.js';
import { becomesContact, isFreeMail, senderOf } from './sender.js';

const from = (address: string, name = 'Dora Diaz') => messageReceived({ from: { name, address } }).data;

describe('the sender of a mail', () => {
  it('has a company by his domain, whatever host he writes from', () =>
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
    'Dora@Yahoo.com',
  ])('of free mail has none: %s', (address) => {
    expect(isFreeMail(address)).toBe(true);
    expect(senderOf(from(address))).toMatchObject({ address, company: null });
  });

  it('without a name is called by his local part', () =>
    expect(senderOf(from('dora@customer.example', ' '))?.name).toBe('dora'));

  it.each(['', 'dora', '@customer.example', 'dora@', 'do ra@customer.example'])(
    'that cannot be answered is nobody: %j',
    (address) => expect(senderOf(from(address))).toBeNull(),
  );

  it('that was erased is nobody', () => expect(senderOf({ from: null })).toBeNull());
});

describe('a received mail makes its sender a contact', () => {
  const mail = (address: string, changed: Parameters<typeof messageReceived>[0] = {}) =>
    messageReceived({ from: { name: '', address }, ...changed }).data;
  const everyone = { createContacts: true, createContactsFrom: 'everyone', createTasks: false } as const;

  it('when a person wrote it', () => expect(becomesContact(mail('dora@customer.example'))).toBe(true));

  it('not when the account does not want contacts', () =>
    expect(becomesContact(mail('dora@customer.example', { reactions: { ...everyone, createContacts: false } }))).toBe(
      false,
    ));

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
  ])('not when nobody reads its answers: %s@', (local) => {
    expect(becomesContact(mail(`${local}@customer.example`))).toBe(false);
    expect(becomesContact(mail(`${local}@customer.example`, { reactions: everyone }))).toBe(true);
  });

  it.each(['norbert', 'rooter', 'alerta', 'postmasterson', 'info', 'replyto'])(
    'when its sender only sounds like that: %s@',
    (local) => expect(becomesContact(mail(`${local}@customer.example`))).toBe(true),
  );
});
