import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ADMIN, RunningService } from './running-service.js';

const page = readFileSync('docs/integrating.md', 'utf8');
/** Each example with the heading above it. */
const examples = [...page.matchAll(/^## ([^\n]+)|```sh\n([\s\S]*?)```/gm)].reduce<{ title: string; script: string }[]>(
  (all, [, title, script]) => {
    if (title !== undefined) return [...all, { title, script: '' }];
    const last = all.pop() ?? { title: 'First', script: '' };
    return [...all, { ...last, script: last.script + script! }];
  },
  [],
);

let service: RunningService;
beforeAll(async () => (service = await RunningService.start()));
afterAll(() => service?.stop());

/** Lines of output of each example. */
async function outputs(): Promise<Map<string, string[]>> {
  const script = examples
    .map(({ title, script: text }) => `echo '## ${title}'\n${text.replace(/^( *curl.*)$/gm, '$1')}\necho`)
    .join('\n');
  const env = { ...process.env, B: `${service.url}/api`, EMAIL: ADMIN.email, PASSWORD: ADMIN.password };
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { env });
  return new Map(
    stdout
      .split(/^## /m)
      .slice(1)
      .map((part) => [
        part.slice(0, part.indexOf('\n')),
        part.replace(/\}\{/g, '}\n{').split('\n').slice(1).filter(Boolean),
      ]),
  );
}

it('every command of docs/integrating.md does as the page says', async () => {
  const shown = await outputs();
  const json = (title: string): object[] => shown.get(title)!.map((line) => JSON.parse(line) as object);
  expect(json('Callers')).toMatchObject([{ email: ADMIN.email }, { name: 'crm', role: 'user' }]);
  expect(json('Commands and positions')).toMatchObject([{ name: 'Anna Nowak', emails: ['anna@customer.example'] }]);
  const [first, again] = json('Repeating a command');
  expect([again, first]).toEqual([first, expect.objectContaining({ id: expect.any(String) })]);
  expect(json('Two people at once')).toMatchObject([{ revision: 1 }, { status: 412, reason: 'changed-since' }]);
  expect(json('Lists')).toMatchObject([expect.anything()]);
  expect(json('Problems')).toMatchObject([{ reason: 'bad-input' }, { reason: 'address-taken' }]);
  expect(shown.get('Live changes')!.join('\n')).toMatch(/^data: \{"kind":"contact"/m);
});
