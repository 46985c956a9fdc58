import { randomBytes } from 'node:crypto';
import { seal, unseal } from './sealing.js';

describe('sealing', () => {
  const key = randomBytes(32);
  const sealed = seal(key, Buffer.from('secret'), 'here');

  it('opens a sealed text', () => {
    expect(unseal(key, sealed, 'here').toString()).toBe('secret');
    expect(unseal(key, seal(key, Buffer.alloc(0), ''), '')).toHaveLength(0);
  });

  it('seals equal texts differently', () => {
    expect(seal(key, Buffer.from('secret'), 'here').equals(sealed)).toBe(false);
  });

  it('refuses another key, another context and a changed byte', () => {
    expect(() => unseal(randomBytes(32), sealed, 'here')).toThrow();
    expect(() => unseal(key, sealed, 'there')).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => unseal(key, changed, 'here')).toThrow();
    }
  });

  it('refuses a text that was cut off, also within the tag', () => {
    for (let length = 0; length < sealed.length; length++)
      expect(() => unseal(key, sealed.subarray(0, length), 'here')).toThrow();
  });
});
