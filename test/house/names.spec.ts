import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameFindings } from './names.js';

const files = ['src', 'projections', 'demo', 'scripts', 'test', 'bench', 'web'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name)),
);

describe('names', () => {
  it('follow the rules of style in every file', () => {
    const sourceOf = (file: string): string => (file.endsWith('.spec.ts') ? '' : readFileSync(file, 'utf8'));
    expect(files.flatMap((file) => nameFindings(file, sourceOf(file)))).toEqual([]);
  });

  it.each([
    ['src/accounts/utils.ts', '', 'does not say which thing'],
    ['src/accounts/grantAccess.ts', '', 'kebab case'],
    ['src/accounts/account.ts', 'export interface IAccount {}', 'repeats that it is an interface'],
    ['src/accounts/account.ts', 'export class AccountManager {}', 'says no thing'],
    ['src/accounts/accounts.ts', '@CommandHandler(GrantAccess)\nclass Handler {}', 'lies in grant-access.ts'],
    ['src/tasks/create-task-when-received.saga.ts', "name: 'create-task'", 'named as its file'],
    ['src/tasks/create-task.saga.ts', "name: 'create-task'", 'do-this-when-that'],
    ['src/tasks/task.decider.ts', "throw new Refused('TaskNotFound')", 'kebab sentence'],
  ])('break the rules in %s with %j', (path, source, finding) => {
    expect(nameFindings(path, source)).toEqual([expect.stringContaining(finding)]);
  });
});
