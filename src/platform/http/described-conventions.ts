import { IDEMPOTENCY_HOURS } from './idempotency.js';
import { titleOf } from './problems.js';

/** Groups of routes, in the order of the page. */
export const tags = [
  { name: 'people', description: 'Sign-in, users, and API tokens of services.' },
  { name: 'accounts', description: 'Mail accounts: settings, access and history.' },
  { name: 'fetches', description: 'Fetches of mail and their progress.' },
  { name: 'mail', description: 'Messages, conversations and attachments.' },
  { name: 'folders', description: 'Folders of the mail servers.' },
  { name: 'contacts', description: 'People in the CRM, and their erasure.' },
  { name: 'companies', description: 'Companies in the CRM.' },
  { name: 'tasks', description: 'Tasks about messages and contacts.' },
  { name: 'live', description: 'Stream of changes.' },
  { name: 'audit', description: 'Refused attempts and all facts, for administrators and auditors.' },
  { name: 'notifications', description: 'New mail and refused changes, for each person.' },
  { name: 'operation', description: 'Health of the service.' },
];

/** Tag by the first segment of a path; other segments are tags themselves. */
export const tagOf: Record<string, string> = {
  session: 'people',
  me: 'people',
  users: 'people',
  tokens: 'people',
  messages: 'mail',
  threads: 'mail',
  drafts: 'mail',
  uploads: 'mail',
  outbox: 'mail',
  folders: 'mail',
  oauth: 'accounts',
  erasures: 'contacts',
  attempts: 'audit',
  health: 'operation',
};

/** Description by parameter and the segment before it. */
export const pathParameters: Record<string, string> = {
  'users/{id}': 'Id of the user.',
  'tokens/{id}': 'Id of the token, not its secret.',
  'accounts/{id}': 'Id of the account.',
  'access/{userId}': 'Id of the user.',
  'oauth/{provider}': 'Provider of the mailbox: `google` or `microsoft`.',
  'fetches/{fetchId}': 'Id of the fetch.',
  'messages/{id}': 'Id of the message.',
  'attachments/{index}': 'Number of the attachment within the message, from 0.',
  'threads/{id}': 'Id of the conversation: `threadId` of a message.',
  'contacts/{id}': 'Id of the contact.',
  'companies/{id}': 'Id of the company.',
  'tasks/{id}': 'Id of the task.',
  'notifications/{id}': 'Id of the notification.',
  'folders/{id}': 'Id of the folder.',
  'outbox/{id}': 'Id of the message.',
  'drafts/{id}': 'Id of the draft.',
  'uploads/{id}': 'Id of the uploaded file.',
  'erasures/{id}': 'Id of the erasure.',
};

const text = { type: 'string' };
const described = (description: string): object => ({ ...text, description });
const position = {
  ...text,
  pattern: '^\\d{20}$',
  examples: ['00000000000000004711'],
  description: 'Opaque position in the log; positions order as strings.',
};

export const schemas = {
  /** RFC 9457 */
  Problem: {
    type: 'object',
    description: 'Problem document (RFC 9457). Some reasons add members of their own.',
    required: ['type', 'title', 'status', 'reason'],
    properties: {
      type: described('Always `about:blank`: the title is the phrase of the status.'),
      title: described('Phrase of the HTTP status, such as `Not Found`.'),
      status: { type: 'integer', description: 'HTTP status of the answer.' },
      detail: described('Explanation for people: the failure, and the way to mend it.'),
      reason: { ...text, pattern: '^[a-z0-9-]+$', description: 'Stable word in kebab case, for programs.' },
      errors: {
        type: 'array',
        items: { $ref: '#/components/schemas/FieldError' },
        description: 'Invalid fields of the input.',
      },
      server: { enum: ['incoming', 'outgoing'], description: 'Mail server that refused, or does not answer.' },
      missing: {
        type: 'array',
        items: { enum: ['incoming', 'outgoing'] },
        description: 'Servers that were not found, with `settings-not-detected`.',
      },
      incoming: { $ref: '#/components/schemas/ServerBody', description: 'IMAP server that was found.' },
      outgoing: { $ref: '#/components/schemas/ServerBody', description: 'SMTP server that was found.' },
      signIn: {
        enum: ['password', 'app-password', 'google', 'microsoft'],
        description: 'Proof that the provider accepts, with `password-not-taken`.',
      },
      contactId: described('Id of the contact that has the address.'),
      companyId: described('Id of the company that has the domain.'),
      taskId: described('Id of the task that the message has already.'),
      messages: {
        type: 'array',
        items: { type: 'string' },
        description: 'Ids of the messages that came to the conversation, with `thread-moved`; at most 20.',
      },
      retryAfter: { type: 'integer', description: 'Seconds to wait before the next try, as in `Retry-After`.' },
    },
  },
  FieldError: {
    type: 'object',
    required: ['field', 'message'],
    properties: {
      field: described('Path of the field, such as `incoming.port`; also the name of a header, or `body`.'),
      message: described('Error of the field, to read after its name.'),
    },
  },
};

export const headers = {
  'X-Position': { description: 'Position in the log up to which the answer is complete.', schema: position },
  'Retry-After': { description: 'Seconds to wait before the next try.', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'Scheme to authenticate with: `Bearer`.', schema: text },
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
    `Key of the command: a repeated request with this key gets the first answer, for ${IDEMPOTENCY_HOURS} hours.`,
    { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
  ),
  IfMatch: header(
    'If-Match',
    'Revision that the caller knows, in quotes, such as `"3"`. If the resource has changed since, the answer is 412.',
    {
      type: 'string',
      pattern: '^("\\d{1,9}"|\\*)$',
    },
  ),
  WaitFor: header(
    'X-Wait-For',
    'Position of a command: the answer waits up to 5 seconds until it shows the changes up to this position.',
    position,
  ),
  OnBehalfOf: header(
    'X-On-Behalf-Of',
    'Id of the user that a service acts for with its token. The history shows both.',
    text,
  ),
  RequestedBy: header(
    'X-Requested-By',
    'Any value. Required for changes when only the session cookie authenticates the caller.',
    text,
  ),
};

export const REASON = 'Reason of the refusal.';

const problem = (
  status: number,
  description: string,
  reasons: readonly string[],
  ...headerNames: (keyof typeof headers)[]
): DescribedResponse => ({
  description: `${titleOf(status)}: ${description}`,
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { properties: { reason: { enum: [...reasons], description: REASON } } },
        ],
      },
    },
  },
  ...(headerNames.length === 0
    ? {}
    : { headers: Object.fromEntries(headerNames.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }),
});

interface DescribedResponse {
  description: string;
  content: Record<string, { schema: object }>;
  headers?: Record<string, object>;
}

interface SharedResponse {
  name: string;
  reasons: readonly string[];
}

/** Responses of many routes, with their reasons. A route with further reasons describes its own response. */
export const responseOf: Readonly<Record<number, SharedResponse>> = {
  400: { name: 'BadInput', reasons: ['bad-input'] },
  401: { name: 'NotSignedIn', reasons: ['not-signed-in'] },
  410: { name: 'Gone', reasons: ['position-of-another-log'] },
  412: { name: 'ChangedSince', reasons: ['changed-since'] },
  413: { name: 'TooLarge', reasons: ['too-large'] },
  415: { name: 'NotJson', reasons: ['not-json'] },
  503: {
    name: 'NotAvailable',
    reasons: [
      'access-not-known',
      'fact-of-a-newer-release',
      'read-model-behind',
      'read-model-being-built',
      'store-unavailable',
    ],
  },
};

const shared = (
  status: number,
  description: string,
  ...headerNames: (keyof typeof headers)[]
): Record<string, DescribedResponse> => {
  const { name, reasons } = responseOf[status]!;
  return { [name]: problem(status, description, reasons, ...headerNames) };
};

export const responses: Record<string, DescribedResponse> = {
  ...shared(400, '`errors` lists the invalid fields.'),
  ...shared(401, 'the request has no valid session and no valid token.', 'WWW-Authenticate'),
  ...shared(410, 'the position or the cursor belongs to the log from which this log was imported.'),
  ...shared(412, 'the resource has another revision than `If-Match`.'),
  ...shared(413, 'the body is larger than 1 MiB.'),
  ...shared(415, 'the body is not `application/json`.'),
  ...shared(
    503,
    'the store does not answer, a read model is behind, or a newer release recorded a fact.',
    'Retry-After',
  ),
  Problem: {
    description: 'Any other failure.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
};
