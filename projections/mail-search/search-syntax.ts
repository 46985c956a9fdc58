import type { Field } from './search-document.js';

export type Part =
  | { kind: 'words'; field?: Field; text: string }
  | { kind: 'phrase'; field?: Field; text: string }
  | { kind: 'has attachment' };

const QUOTES = /[“”„‟«»＂]/g;
const PART = /(?:(from|to|subject|has):)?(?:"([^"]*)"?|([^\s"]+))/gi;

/**
 * Parts of a search: words, `"a phrase"`, `from:`, `to:` or `subject:` before a word or phrase, and `has:attachment`.
 * All that is no part by these rules is words.
 */
export function partsOf(q: string): Part[] {
  const parts: Part[] = [];
  // Words without an operator stay together, because a number may have spaces.
  const plain: string[] = [];
  for (const [whole, operator, phrase, word] of q.replace(QUOTES, '"').matchAll(PART)) {
    const name = operator?.toLowerCase();
    if (name === 'has') {
      if (/^attachments?$/i.test(phrase ?? word ?? '')) parts.push({ kind: 'has attachment' });
      else plain.push(whole);
    } else {
      const field = name as Field | undefined;
      if (phrase !== undefined) parts.push({ kind: 'phrase', ...(field && { field }), text: phrase });
      else if (field) parts.push({ kind: 'words', field, text: word! });
      else plain.push(word!);
    }
  }
  return [{ kind: 'words', text: plain.join(' ') }, ...parts];
}
