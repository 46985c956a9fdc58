const SPEC = '\\.spec\\.ts$';
const FACTS = '\\.(events|fold)\\.ts$';
const DOMAIN = '^src/.+\\.(events|fold|decider)\\.ts$';
/** Rooms that know no slice, or (access) only facts: every slice and screen may use them. */
const SHARED_ROOMS = '^src/(platform|access|mail)/';
/** Services that a slice offers to the others. */
const OFFERED = [
  '^src/accounts/(own-addresses|mail-folder-settings)\\.ts$',
  '^src/accounts/sign-in/mail-logins\\.ts$',
  '^src/accounts/connection/connection-news\\.ts$',
  '^src/messages/(message-intake|message-content|message-keys|known-messages|known-by-header|imap-flags|destroy-messages|draft-copies|recorded-content|sent-messages)\.ts$',
  '^src/mailboxes/(mailbox-connections|folders/(server-folders|cursor\.decider)|placing/places|placing/placements|wishes/message-marks)\.ts$',
  '^src/sending/queue-message\\.ts$',
  '^src/accounts/preview/recent-mail\\.ts$',
  '^src/reading/read-state\\.ts$',
  '^src/sending/(outgoing-body|outgoing-requests|original|taken-back)\\.ts$',
  '^src/uploads/uploads\\.ts$',
  '^src/drafts/draft-ends\\.ts$',
];
const COMPOSITION_ROOT = '^src/(app\\.module|subscriptions|service)\\.ts$';

/** Each rule is broken on purpose in test/house/dependency-rules.spec.ts. */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment:
        'Facts and rules are plain functions over plain data: no Nest, no I/O, no clock; node:crypto hashes ids.',
      severity: 'error',
      from: { path: DOMAIN },
      to: {
        pathNot: [
          DOMAIN,
          '^src/platform/domain\\.ts$',
          '^src/mail/servers/uid-set\\.ts$',
          '^(node:)?crypto$',
          '^node_modules/immutable/',
        ],
      },
    },
    {
      name: 'facts-know-no-rules',
      comment: 'Rules change with every release, facts never: facts and folds import no decider.',
      severity: 'error',
      from: { path: FACTS },
      to: { path: '\\.decider\\.ts$' },
    },
    {
      name: 'read-side-knows-facts',
      comment:
        'Screens are made from facts: of src/, projections/ imports *.events.ts, *.fold.ts and the shared rooms.',
      severity: 'error',
      from: { path: '^projections/', pathNot: SPEC },
      to: {
        path: '^src/',
        pathNot: [FACTS, '^src/(platform|access|mail/reading)/', '^src/mail/servers/uid-set\\.ts$'],
      },
    },
    {
      name: 'write-side-knows-no-read-side',
      comment: 'No decision is made from a screen. The composition root puts both together.',
      severity: 'error',
      from: { path: '^src/', pathNot: [SPEC, COMPOSITION_ROOT] },
      to: { path: '^projections/' },
    },
    {
      name: 'slices-meet-in-facts',
      comment:
        'Of another slice, a slice imports *.events.ts, *.fold.ts and the services that it offers. Shared: platform/, access/, mail/.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: [SPEC, SHARED_ROOMS] },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', SHARED_ROOMS, FACTS, ...OFFERED] },
    },
    {
      name: 'mail-knows-no-slice',
      comment: 'mail/ speaks protocols and reads bytes: it imports platform/ and nothing else of ours.',
      severity: 'error',
      from: { path: '^src/mail/', pathNot: SPEC },
      to: { path: '^(src|projections)/', pathNot: '^src/(mail|platform)/' },
    },
    {
      name: 'access-knows-only-facts',
      comment: 'access/ tells callers and their rights apart, from facts alone.',
      severity: 'error',
      from: { path: '^src/access/', pathNot: SPEC },
      to: { path: '^(src|projections)/', pathNot: ['^src/(access|platform)/', FACTS] },
    },
    {
      name: 'slices-know-no-composition-root',
      comment: 'What puts the service together imports the slices, never the other way round.',
      severity: 'error',
      from: { path: ['^src/[^/]+/', '^projections/'], pathNot: SPEC },
      to: { path: '^src/[^/]+\\.ts$', pathNot: FACTS },
    },
    {
      name: 'platform-knows-no-mail',
      comment: 'platform/ would serve another domain as well: it imports no slice, no mail and no read model.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: SPEC },
      to: { path: '^(src|projections)/', pathNot: '^src/platform/' },
    },
    {
      name: 'production-knows-no-tests',
      comment: 'The shipped program imports nothing that only proves or measures it.',
      severity: 'error',
      from: { path: '^(src|projections|scripts)/', pathNot: SPEC },
      to: { path: ['^(test|bench)/', SPEC] },
    },
    {
      name: 'demo-knows-only-its-mail-server',
      comment: 'The demo shares its mail server with the tests, and no more.',
      severity: 'error',
      from: { path: ['^demo/', '^test/mail-server/'], pathNot: SPEC },
      to: { path: ['^(test|bench)/', SPEC], pathNot: '^test/mail-server/' },
    },
    {
      name: 'service-knows-no-demo',
      comment: 'demo/ and scripts/ are ways in; the service starts without them.',
      severity: 'error',
      from: { path: '^(src|projections)/', pathNot: SPEC },
      to: { path: '^(demo|scripts)/' },
    },
    {
      name: 'page-knows-only-the-interface',
      comment: 'web/ is a front end like any other: it knows the service by the client made from docs/openapi.json.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|projections|demo|scripts|test|bench)/' },
    },
    {
      name: 'service-knows-no-page',
      comment: 'The service serves the built files of the page, and imports none of its sources.',
      severity: 'error',
      from: { path: '^(src|projections|demo|scripts|bench)/' },
      to: { path: '^web/' },
    },
    {
      name: 'screens-meet-in-shared',
      comment:
        'A screen imports its own folder and web/shared/. The frame, which puts the page together, imports screens.',
      severity: 'error',
      from: { path: '^web/([^/]+)/', pathNot: '^web/frame/' },
      to: { path: '^web/[^/]+/', pathNot: ['^web/$1/', '^web/(shared|strings)/'] },
    },
    {
      name: 'production-installs-what-it-imports',
      comment: 'A package that production code imports is named under dependencies in package.json.',
      severity: 'error',
      from: { path: ['^(src|projections|demo|scripts)/', '^test/mail-server/'], pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files that import each other, if only for a type, are one file, or two with the wrong cut.',
      severity: 'error',
      from: { pathNot: '^test/mail-server/' },
      to: { circular: true },
    },
    {
      name: 'no-cycles-at-run-time',
      comment: 'In the demo mail server a session and its commands may name the types of each other, and no more.',
      severity: 'error',
      from: { path: '^test/mail-server/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-barrels',
      comment: 'Every import names the file that it comes from.',
      severity: 'error',
      from: { path: '(^|/)index\\.[cm]?[jt]s$' },
      to: {},
    },
    {
      name: 'nothing-unresolved',
      comment: 'Every import is found.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
