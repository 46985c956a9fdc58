/** RFC 5322 §3.6.4 without spaces and comments. Longer ones cannot be folded within 998 octets together with a name. */
const MESSAGE_ID = /^<[!-;=?-~]{1,900}>$/;
const MOST_REFERENCES = 20;

export const isMessageId = (text: string): boolean => MESSAGE_ID.test(text);

/**
 * The References of an answer (RFC 5322 §3.6.4): those of its parent, or the only id of the parent's In-Reply-To, then
 * the parent itself. Of a long conversation the first and the last stay, 20 together.
 */
export function referencesOf(parent: {
  messageId: string | null;
  references: readonly string[];
  inReplyTo: readonly string[];
}): string[] {
  const earlier = parent.references.length > 0 ? parent.references : parent.inReplyTo;
  const known = earlier === parent.inReplyTo && earlier.length > 1 ? [] : earlier;
  return bounded([...known, ...(parent.messageId === null ? [] : [parent.messageId])]);
}

/** Valid ids, each at its last place; of many the first and the last. */
export function bounded(ids: readonly string[]): string[] {
  const valid = ids.filter((id, n) => isMessageId(id) && ids.lastIndexOf(id) === n);
  return valid.length <= MOST_REFERENCES ? valid : [valid[0]!, ...valid.slice(1 - MOST_REFERENCES)];
}
