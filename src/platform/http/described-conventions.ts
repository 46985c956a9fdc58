import { IDEMPOTENCY_HOURS } from './idempotency.js';
import { titleOf } from './problems.js';

/** What the routes of one resource are about, in the order in which the page shows them. */
export const tags = [
  { name: 'people', description: 'Signing in, users, and the tokens of services' },
  { name: 'accounts', description: 'Mail accounts: adding and setting them, who may use them, their history' },
  { name: 'fetches', description: 'Fetching mail, and how far it has come' },
  { name: 'mail', description: 'Messages, conversations and files' },
  { name: 'contacts', description: 'People whom the CRM knows' },
  { name: 'companies', description: 'Companies whom the CRM knows' },
  { name: 'tasks', description: 'What is to be done' },
  { name: 'live', description: 'What changes, as it changes' },
  { name: 'audit', description: 'The log, for those who check it' },
  { name: 'operation', description: 'Whether the service works' },
];

export const tagOf: Record<string, string> = {
  session: 'people',
  me: 'people',
  users: 'people',
  tokens: 'people',
  messages: 'mail',
  threads: 'mail',
  drafts: 'mail',
  outbox: 'mail',
  folders: 'mail',
  oauth: 'accounts',
  erasures: 'contacts',
  attempts: 'audit',
  health: 'operation',
};

const text = { type: 'string' };
const position = { type: 'string', pattern: '^\\d{20}$', description: 'opaque; positions order as strings' };

export const schemas = {
  /** RFC 9457 */
  Problem: {
    type: 'object',
    description: 'A problem document (RFC 9457). Some reasons come with more, as their route says.',
    required: ['type', 'title', 'status', 'reason'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: { type: 'string', description: 'for people' },
      reason: { type: 'string', pattern: '^[a-z0-9-]+$', description: 'a stable word, for programs' },
      errors: {
        type: 'array',
        items: { $ref: '#/components/schemas/FieldError' },
        description: 'what is wrong with the input',
      },
    },
  },
  FieldError: { type: 'object', required: ['field', 'message'], properties: { field: text, message: text } },
};

export const headers = {
  'X-Position': { description: 'the position that the answer shows', schema: position },
  'Retry-After': { description: 'seconds after which asking again may help', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'how to say who is asking', schema: text },
};

const header = (name: string, description: string, schema: object): object => ({
  name,
  in: 'header',
  description,
  schema,
});

export const parameters = {
  IdempotencyKey: header(
    'Idempotency-Key',
    `a command asked twice with the same key is carried out once, and answered as the first time; kept ${IDEMPOTENCY_HOURS} hours`,
    { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
  ),
  IfMatch: header(
    'If-Match',
    'the revision that the caller has seen, in quotes: 412 when there have been changes since',
    {
      type: 'string',
      pattern: '^("\\d{1,9}"|\\*)$',
    },
  ),
  WaitFor: header(
    'X-Wait-For',
    'answer only once what was written at this position shows: waits up to 5 seconds',
    position,
  ),
  OnBehalfOf: header(
    'X-On-Behalf-Of',
    'id of the user for whom a service asks with its token: the history shows both',
    text,
  ),
  RequestedBy: header(
    'X-Requested-By',
    'any value: needed by what changes anything when the session cookie alone says who asks',
    text,
  ),
};

const problem = (status: number, description: string, ...headerNames: (keyof typeof headers)[]): object => ({
  description: `${titleOf(status)}: ${description}`,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  ...(headerNames.length === 0
    ? {}
    : { headers: Object.fromEntries(headerNames.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }),
});

/** Named by status; `problemNames` says how. */
export const responses = {
  BadInput: problem(400, '`errors` says which fields, and why'),
  NotSignedIn: problem(401, 'no session and no token that is in force', 'WWW-Authenticate'),
  NotAllowed: problem(403, 'the caller may not do this, or has no mail module'),
  NotFound: problem(404, 'it is not there, or not for the caller to see'),
  Conflict: problem(409, 'a rule of what is there already, or others changed it at the same moment'),
  ChangedSince: problem(412, 'it is not at the revision of `If-Match`'),
  TooLarge: problem(413, 'the body is over the limit'),
  NotJson: problem(415, 'the body has to be application/json'),
  CannotBeDone: problem(422, 'a rule or a mail server says no, or the `Idempotency-Key` came with another body'),
  TooMany: problem(429, 'too many tries', 'Retry-After'),
  NotAvailable: problem(503, 'the store does not answer, or a read model is behind', 'Retry-After'),
  Problem: {
    description: 'Any other failure',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
};

export const responseOf: Record<number, keyof typeof responses> = {
  400: 'BadInput',
  401: 'NotSignedIn',
  403: 'NotAllowed',
  404: 'NotFound',
  409: 'Conflict',
  412: 'ChangedSince',
  413: 'TooLarge',
  415: 'NotJson',
  422: 'CannotBeDone',
  429: 'TooMany',
  503: 'NotAvailable',
};
