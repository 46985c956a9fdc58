import { messageReceived } from '../../test/examples/message-facts.js';
import { MessageKeys } from './message-keys.js';

const keys = new MessageKeys({ nameFor: (purpose, value) => `${purpose} ${value}` });
const head = messageReceived().data;
const linked = (links: Partial<typeof head>): string[] =>
  keys
    .conversation('info', { ...head, header: '<own@x.example>', ...links })
    .map((key) => key.slice('thread info '.length));

describe('the identity of a message', () => {
  const other = { ...head, from: { name: 'Else', address: 'DORA@customer.example' }, subject: 'else' };
  it('is Message-ID, From, Date and body, per account', () => {
    const identity = keys.identity('info', head, 'body');
    expect(keys.identity('info', other, 'body')).toBe(identity);
    for (const changed of [
      keys.identity('sales', head, 'body'),
      keys.identity('info', head, 'other body'),
      keys.identity('info', { ...head, header: '<x@y>' }, 'body'),
      keys.identity('info', { ...head, from: { name: '', address: 'x@y.example' } }, 'body'),
      keys.identity('info', { ...head, date: null }, 'body'),
    ])
      expect(changed).not.toBe(identity);
  });
  it('triggers reactions once, with any body', () =>
    expect(keys.reaction('info', other)).toBe(keys.reaction('info', head)));
  it('is unknown without a Message-ID', () => {
    expect(keys.identity('info', { ...head, header: null }, 'body')).toBeNull();
    expect(keys.reaction('info', { ...head, header: null })).toBeNull();
  });
});

describe('the conversation of a message', () => {
  const many = Array.from({ length: 30 }, (_, n) => `<${n}@x.example>`);

  it('has keys of its own id, In-Reply-To, and the first and last 20 of References', () => {
    expect(linked({ inReplyTo: '<before@x.example>', references: many })).toEqual([
      many[0],
      ...many.slice(-20),
      '<before@x.example>',
      '<own@x.example>',
    ]);
    expect(linked({ references: null })).toEqual(['<own@x.example>']);
    expect(linked({ header: null, references: ['<a@x>', '<a@x>'], inReplyTo: '<a@x>' })).toEqual(['<a@x>']);
  });
  it('does not take the address of a person for a Message-ID', () =>
    expect(linked({ inReplyTo: '<Dora@customer.example>', references: ['<info@acme.example>'] })).toEqual([
      '<own@x.example>',
    ]));
  it.each([
    ['the first of References', { references: many, inReplyTo: '<before@x.example>' }, many[0]],
    ['In-Reply-To', { inReplyTo: '<before@x.example>' }, '<before@x.example>'],
    ['its own id', {}, '<order-7@customer.example>'],
    ['our id of the message', { header: null }, 'message-1'],
  ])('is first taken to be that of %s', (_, links, id) =>
    expect(keys.thread('info', { ...head, ...links }, 'message-1')).toBe(`thread info ${id}`),
  );
});
