import { referencesOf } from './references.js';

const id = (name: string): string => `<${name}@host.example>`;

describe('the References of an answer (RFC 5322 §3.6.4)', () => {
  it('are those of the parent, then the parent', () =>
    expect(referencesOf({ messageId: id('c'), references: [id('a'), id('b')], inReplyTo: [id('b')] })).toEqual(
      ['a', 'b', 'c'].map(id),
    ));

  it('begin with the one id that a parent without References answers', () =>
    expect(referencesOf({ messageId: id('b'), references: [], inReplyTo: [id('a')] })).toEqual(['a', 'b'].map(id)));

  it('leave out several ids that a parent answers', () =>
    expect(referencesOf({ messageId: id('c'), references: [], inReplyTo: [id('a'), id('b')] })).toEqual([id('c')]));

  it('are empty for a parent without an id', () =>
    expect(referencesOf({ messageId: null, references: [], inReplyTo: [] })).toEqual([]));
});
