import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

/** All files are read, on a machine that may be busy. */
const WHOLE_REPOSITORY_MS = 300_000;

const run = promisify(execFile);
const ROOM = resolve('.');
const FOLDERS = ['src', 'projections', 'demo', 'scripts', 'test', 'bench', 'web'];

/** A file, its import, and the rule that the import breaks; null: allowed. */
type Planted = [file: string, imports: string, breaks: string | null];

const PLANTED: Planted[] = [
  ['src/accounts/account.decider.ts', '@nestjs/common', 'domain-is-pure'],
  ['src/accounts/account.events.ts', 'node:fs', 'domain-is-pure'],
  ['src/accounts/account.decider.ts', 'src/platform/secrets/vault.ts', 'domain-is-pure'],
  ['src/accounts/account.decider.ts', 'src/platform/domain.ts', null],
  ['src/accounts/account.decider.ts', 'src/mail/servers/uid-set.ts', null],
  ['src/accounts/account.decider.ts', 'node:crypto', null],
  ['src/accounts/account.decider.ts', 'src/users/user.events.ts', null],
  ['src/accounts/account.decider.ts', 'src/accounts/account.fold.ts', null],
  ['src/accounts/account.fold.ts', 'node:fs', 'domain-is-pure'],

  ['src/users/user.events.ts', 'src/users/user.decider.ts', 'facts-know-no-rules'],
  ['src/users/user.fold.ts', 'src/users/user.decider.ts', 'facts-know-no-rules'],

  ['projections/people/people.ts', 'src/users/user.decider.ts', 'read-side-knows-facts'],
  ['projections/people/people.ts', 'src/users/add-user.ts', 'read-side-knows-facts'],
  ['projections/people/people.ts', 'src/mail/servers/imap.ts', 'read-side-knows-facts'],
  ['projections/people/people.ts', 'src/all.events.ts', null],
  ['projections/people/people.ts', 'src/accounts/account.fold.ts', null],
  ['projections/people/people.ts', 'src/access/mail-scope.ts', null],
  ['projections/people/people.ts', 'src/mail/reading/sender.ts', null],
  ['projections/people/people.ts', 'src/platform/secrets/vault.ts', null],

  ['src/users/change-user.ts', 'projections/tasks/tasks.ts', 'write-side-knows-no-read-side'],
  ['src/subscriptions.ts', 'projections/tasks/tasks.ts', null],

  ['src/accounts/grant-access.ts', 'src/users/add-user.ts', 'slices-meet-in-facts'],
  ['src/accounts/grant-access.ts', 'src/users/user.decider.ts', 'slices-meet-in-facts'],
  ['src/accounts/grant-access.ts', 'src/users/user.events.ts', null],
  ['src/accounts/grant-access.ts', 'src/mail/servers/imap.ts', null],
  ['src/accounts/grant-access.ts', 'src/access/mail-scope.ts', null],
  ['src/contacts/add-contact.ts', 'src/accounts/own-addresses.ts', null],
  ['src/contacts/add-contact.ts', 'src/accounts/address-claims.ts', 'slices-meet-in-facts'],

  ['src/mail/servers/dial.ts', 'src/users/user.events.ts', 'mail-knows-no-slice'],
  ['src/mail/servers/dial.ts', 'src/access/callers.ts', 'mail-knows-no-slice'],
  ['src/mail/servers/dial.ts', 'src/platform/database/clean-text.ts', null],

  ['src/access/who-may-do-what.ts', 'src/users/add-user.ts', 'access-knows-only-facts'],
  ['src/access/who-may-do-what.ts', 'src/users/user.events.ts', null],

  ['src/accounts/remove-account.ts', 'src/subscriptions.ts', 'slices-know-no-composition-root'],

  ['src/platform/commands/decide.ts', 'src/mail/servers/imap.ts', 'platform-knows-no-mail'],
  ['src/platform/commands/decide.ts', 'src/accounts/rename-account.ts', 'platform-knows-no-mail'],
  ['src/platform/commands/decide.ts', 'src/platform/secrets/vault.ts', null],

  ['src/platform/database/locks.ts', 'test/database.ts', 'production-knows-no-tests'],
  ['projections/gaps/gaps.ts', 'bench/measure.ts', 'production-knows-no-tests'],
  ['src/main.ts', 'test/mail-server/mail-server.ts', 'production-knows-no-tests'],
  ['src/platform/database/locks.spec.ts', 'test/database.ts', null],

  ['demo/main.ts', 'test/database.ts', 'demo-knows-only-its-mail-server'],
  ['test/mail-server/mail-server.ts', 'test/database.ts', 'demo-knows-only-its-mail-server'],
  ['demo/main.ts', 'test/mail-server/mail-server.ts', null],

  ['src/service.ts', 'demo/messages.ts', 'service-knows-no-demo'],
  ['demo/main.ts', 'src/service.ts', null],

  ['web/mail/reader.tsx', 'projections/tasks/tasks.ts', 'page-knows-only-the-interface'],
  ['web/mail/reader.tsx', 'src/users/user.events.ts', 'page-knows-only-the-interface'],
  ['src/service.ts', 'web/main.tsx', 'service-knows-no-page'],
  ['web/mail/reader.tsx', 'web/accounts/account-list.tsx', 'screens-meet-in-shared'],
  ['web/shared/avatar.tsx', 'web/mail/reader.tsx', 'screens-meet-in-shared'],
  ['web/mail/reader.tsx', 'web/shared/button.tsx', null],
  ['web/frame/router.tsx', 'web/mail/reader.tsx', null],

  ['src/platform/blobs/blobs.ts', 'only-for-tests', 'production-installs-what-it-imports'],
  ['src/platform/blobs/blobs.ts', 'in-production', null],
  ['test/database.ts', 'only-for-tests', null],

  // reported once per cycle, at its first file
  ['src/tasks/close-task.ts', 'src/tasks/open-task.ts', 'no-cycles'],
  ['src/tasks/open-task.ts', 'src/tasks/close-task.ts', null],
  ['test/mail-server/commands.ts', 'test/mail-server/session.ts', 'no-cycles-at-run-time'],
  ['test/mail-server/session.ts', 'test/mail-server/commands.ts', null],

  ['src/contacts/index.ts', 'src/contacts/create-contact.ts', 'no-barrels'],

  ['src/platform/followers/follow.ts', 'src/platform/not-there.ts', 'nothing-unresolved'],
];

interface Broken {
  from: string;
  to: string;
  rule: { name: string };
}

/** Runs the committed rules on the tree below `root`. */
async function cruised(root: string): Promise<{ broken: string[]; rules: string[] }> {
  const program = join(ROOM, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', join(ROOM, '.dependency-cruiser.mjs'), '--output-type', 'json', ...FOLDERS];
  const { stdout } = await run(process.execPath, args, { cwd: root, maxBuffer: 256 * 1024 * 1024 });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: Broken[]; ruleSetUsed: { forbidden: { name: string }[] } };
  };
  return {
    broken: summary.violations.map(({ from, to, rule }) => sentence(from, to, rule.name)),
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
  };
}

const sentence = (from: string, to: string, rule: string): string =>
  `${rule}: ${from} → ${to.replace(/^.*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/, '$1').replace(/^node:/, '')}`;

const isFile = (name: string): boolean => FOLDERS.some((folder) => name.startsWith(`${folder}/`));

function importOf(file: string, name: string): string {
  if (!isFile(name)) return `import '${name}';\n`;
  const path = relative(dirname(file), name).replace(/\.ts$/, '.js');
  return `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
}

async function plant(root: string): Promise<void> {
  const files = new Map<string, string>(FOLDERS.map((folder) => [`${folder}/main.ts`, '']));
  for (const [file, name] of PLANTED) {
    if (isFile(name) && !name.includes('not-there')) files.set(name, files.get(name) ?? '');
    files.set(file, (files.get(file) ?? '') + importOf(file, name));
  }
  const dependencies = { '@nestjs/common': '1.0.0', 'in-production': '1.0.0' };
  const devDependencies = { 'only-for-tests': '1.0.0' };
  files.set('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies }));
  for (const name of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) {
    files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'main.js' }));
    files.set(`node_modules/${name}/main.js`, '');
  }
  for (const [file, text] of files) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
}

describe('the rules of imports', () => {
  let planted: Awaited<ReturnType<typeof cruised>>;

  beforeAll(async () => {
    const root = await mkdtemp(join(tmpdir(), 'mailroom-test-rules-'));
    await plant(root);
    planted = await cruised(root).finally(() => rm(root, { recursive: true }));
  });

  it('catch every planted violation, and no allowed import', () => {
    const expected = PLANTED.flatMap(([file, name, rule]) =>
      rule === null ? [] : [sentence(file, rule === 'nothing-unresolved' ? '../not-there.js' : name, rule)],
    );
    expect(planted.broken.toSorted()).toEqual(expected.toSorted());
  });

  it('have a planted violation each', () => {
    expect([...new Set(PLANTED.flatMap(([, , rule]) => rule ?? []))].toSorted()).toEqual(planted.rules.toSorted());
  });

  it(
    'hold in this repository',
    async () => {
      expect((await cruised(ROOM)).broken).toEqual([]);
    },
    WHOLE_REPOSITORY_MS,
  );
});
