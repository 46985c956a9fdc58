/**
 * Messages that composers of this tab answer. A person has one state at a message, so the reader must not tell
 * `viewing` while a composer tells `answering`.
 */
const answered = new Map<string, number>();

export const isAnswering = (messageId: string): boolean => answered.has(messageId);

/** Marks a message as being answered. @returns ends it */
export function answering(messageId: string): () => void {
  answered.set(messageId, (answered.get(messageId) ?? 0) + 1);
  return () => {
    const left = answered.get(messageId)! - 1;
    if (left > 0) answered.set(messageId, left);
    else answered.delete(messageId);
  };
}
