const SPEC = '\\.spec\\.ts$';
const FACTS = '\\.events\\.ts$';
const COMPOSITION_ROOT = '^src/(app\\.module|subscriptions|service)\\.ts$';

/** Each rule is broken on purpose in test/house/dependency-rules.spec.ts. */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'Facts and rules are plain functions over plain data: no Nest, no I/O, no clock; node:crypto hashes ids.',
      severity: 'error',
      from: { path: '^src/.+\\.(events|decider)\\.ts$' },
      to: {
        pathNot: [
          '^src/.+\\.(events|decider)\\.ts$',
          '^src/platform/(domain|sequence-set)\\.ts$',
          '^(node:)?crypto$',
          '^node_modules/immutable/',
        ],
      },
    },
    {
      name: 'facts-know-no-rules',
      comment: 'Rules change with every release, facts never: a fact imports other facts only.',
      severity: 'error',
      from: { path: FACTS },
      to: { path: '\\.decider\\.ts$' },
    },
    {
      name: 'read-side-knows-facts',
      comment: 'What is shown is made from facts: of src/, projections/ imports *.events.ts and platform/ only.',
      severity: 'error',
      from: { path: '^projections/', pathNot: SPEC },
      to: { path: '^src/', pathNot: [FACTS, '^src/platform/'] },
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
      comment: 'Of another slice, only its *.events.ts. Shared rooms are platform/ and mail/.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: [SPEC, '^src/platform/'] },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/(platform|mail)/', FACTS] },
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
      comment: 'What is shipped imports nothing that only proves or measures it.',
      severity: 'error',
      from: { path: '^(src|projections|demo|scripts)/', pathNot: SPEC },
      to: { path: ['^(test|bench)/', SPEC] },
    },
    {
      name: 'service-knows-no-demo',
      comment: 'demo/ and scripts/ are ways in; the service starts without them.',
      severity: 'error',
      from: { path: '^(src|projections)/', pathNot: SPEC },
      to: { path: '^(demo|scripts)/' },
    },
    {
      name: 'production-installs-what-it-imports',
      comment: 'A package that production code imports is named under dependencies in package.json.',
      severity: 'error',
      from: { path: '^(src|projections|demo|scripts)/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files that import each other, if only for a type, are one file, or two with the wrong cut.',
      severity: 'error',
      from: { pathNot: '^demo/' },
      to: { circular: true },
    },
    {
      name: 'no-cycles-at-run-time',
      comment: 'In the demo mail server a session and its commands may name the types of each other, and no more.',
      severity: 'error',
      from: { path: '^demo/' },
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
