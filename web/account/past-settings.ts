/** Settings that the history shows as they were, in the order of the screen. */
export const PAST_SETTINGS = [
  'address',
  'name',
  'login',
  'incoming',
  'outgoing',
  'sendOnly',
  'createContacts',
  'createContactsFrom',
  'createTasks',
  'keepServerCopies',
  'fetchSince',
  'sentFolder',
  'draftsFolder',
  'notify',
  'header',
  'signature',
  'senderName',
  'undoSeconds',
  'limits',
  'autoresponder',
] as const;

/** True if both are the same value, with their fields in any order. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
