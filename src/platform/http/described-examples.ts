const ID = '5f0c1f5e9b7d4c0f8a3e2d1c0b9a8f7e';
const TIME = '2026-11-28T09:30:00.000Z';

/** An example for each property or parameter of this name; of an enumeration the first value is the example. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  address: 'anna.nowak@example.com',
  addedAt: TIME,
  at: TIME,
  cid: 'logo@example.com',
  content: 'SGVsbG8=',
  contentType: 'application/pdf',
  createdAt: TIME,
  current: 'the present password of Anna',
  date: TIME,
  domain: 'example.com',
  draftsFolder: 'Drafts',
  email: 'anna.nowak@example.com',
  fetchSince: '2026-01-01',
  filename: 'invoice-7.pdf',
  folder: 'INBOX',
  fromMessage: ID,
  header: '<p>Example Ltd</p>',
  host: 'mail.example.com',
  html: '<p>I am back on Monday.</p>',
  id: ID,
  language: 'pl',
  login: 'anna.nowak@example.com',
  name: 'Anna Nowak',
  password: 'a long password that nobody guesses',
  path: 'INBOX',
  port: 993,
  position: '00000000000000004711',
  upTo: '00000000000000004711',
  preview: 'Dear Anna, please find the invoice attached.',
  reason: 'bad-input',
  receivedAt: TIME,
  returnTo: '/inbox',
  revision: 3,
  sendAt: TIME,
  sentFolder: 'Sent',
  signature: '<p>Kind regards<br>Anna Nowak</p>',
  subject: 'Invoice 7',
  text: 'I am back on Monday.',
  timeZone: 'Europe/Warsaw',
  title: 'Answer the question about invoice 7',
  token: 'mr_7hT0nExampleOnly',
  uidValidity: '1700000000',
  uids: '1:500,503',
};

interface Schema {
  type?: string | string[];
  format?: string;
  pattern?: string;
  items?: Schema;
  examples?: unknown[];
  enum?: unknown;
}

const types = ({ type }: Schema): string[] => (type === undefined ? [] : [type].flat());

/** The example of a property or parameter; undefined: none. A day or a time by the end of its name. */
function exampleOf(name: string, schema: Schema): unknown {
  if (schema.enum !== undefined) return undefined;
  if (types(schema).includes('array')) {
    const one = schema.items && exampleOf(name.replace(/s$/, ''), schema.items);
    return one === undefined ? undefined : [one];
  }
  if (!types(schema).includes('string') && !types(schema).includes('integer')) return undefined;
  if (types(schema).includes('string') && (/Ids?$/.test(name) || ['assignee', 'owner', 'user'].includes(name)))
    return ID;
  if (['from', 'since'].includes(name)) return schema.pattern === undefined ? '2026-12-05' : '00000000000000004711';
  if (name === 'until') return '2026-12-13';
  const example = EXAMPLES[name];
  return typeof example === (types(schema).includes('string') ? 'string' : 'number') ? example : undefined;
}

/** Adds a realistic example, so that pages need not make one up from a pattern. */
export function addExample(name: string, schema: Schema): void {
  const example = exampleOf(name, schema);
  if (example !== undefined) schema.examples ??= [example];
}
