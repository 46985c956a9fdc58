import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SETTINGS = {
  'package.json': { type: 'module' },
  'package-lock.json': {},
  'nest-cli.json': { sourceRoot: 'src' },
  'tsconfig.json': {},
  'tsconfig.build.json': {
    compilerOptions: { module: 'nodenext', target: 'ES2024', types: [], noCheck: true, rootDir: '.' },
    include: ['src'],
  },
};
/** Loads a module and starts a thread only when asked. */
const SERVICE = `
import { Worker } from 'node:worker_threads';
process.stdin.once('data', async () => {
  const { loaded } = await import('./later.js');
  new Worker(new URL('./thread.js', import.meta.url)).once('message', (message) => console.log(loaded, message));
});
console.log('ready');`;

let checkout: string;

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'checkout-'));
  for (const folder of ['src', 'projections', 'demo', 'scripts', 'test/mail-server', 'web'])
    await mkdir(join(checkout, folder), { recursive: true });
  for (const [name, settings] of Object.entries(SETTINGS))
    await writeFile(join(checkout, name), JSON.stringify(settings));
  for (const name of ['run.mjs', 'build.mjs', 'require-node.mjs'])
    await cp(join(import.meta.dirname, name), join(checkout, 'scripts', name));
  await symlink(resolve('node_modules'), join(checkout, 'node_modules'));
  await writeFile(join(checkout, 'web/index.html'), '<!doctype html>');
  await source('main.ts', `console.log('one', ...process.argv.slice(2));`);
});
afterEach(() => rm(checkout, { recursive: true }));

const source = (name: string, text: string): Promise<void> => writeFile(join(checkout, 'src', name), text);
const program = async (words: string[], cwd = checkout): Promise<string> =>
  (await run(process.execPath, ['scripts/run.mjs', 'src/main.js', ...words], { cwd })).stdout;
const builds = (): Promise<string[]> => readdir(join(checkout, 'dist'));

it('builds equal sources once, also when two programs start at the same time', async () => {
  expect(await Promise.all([program(['a']), program(['b'])])).toEqual(['one a\n', 'one b\n']);
  const [built] = await builds();
  expect(await builds()).toEqual([built]);
  await rm(join(checkout, 'node_modules'));
  expect(await program(['c'])).toBe('one c\n');
});

it('keeps the files of a running program while another build is made, and removes them afterwards', async () => {
  await source('later.ts', `export const loaded = 'loaded';`);
  await source('thread.ts', `import { parentPort } from 'node:worker_threads'; parentPort?.postMessage('started');`);
  await source('service.ts', SERVICE);
  const service = spawn(process.execPath, ['scripts/run.mjs', 'src/service.js'], { cwd: checkout });
  await once(service.stdout, 'data');
  const [used] = (await builds()).filter((name) => !name.includes('.'));
  for (const name of ['later.ts', 'thread.ts', 'service.ts']) await rm(join(checkout, 'src', name));
  expect(await program([])).toBe('one\n');
  expect(await builds()).toContain(used);
  service.stdin.end('go');
  expect(String(await once(service.stdout, 'data'))).toBe('loaded started\n');
  await once(service, 'exit');
  await source('main.ts', `console.log('two');`);
  expect(await program([])).toBe('two\n');
  expect(await builds()).toHaveLength(1);
});

it('runs in an image, without sources and compiler', async () => {
  await program([]);
  const image = join(checkout, 'image');
  const [built] = await builds();
  await cp(join(checkout, 'scripts'), join(image, 'scripts'), { recursive: true });
  await cp(join(checkout, 'dist', built!), join(image, 'dist'), { recursive: true });
  await writeFile(join(image, 'package.json'), JSON.stringify(SETTINGS['package.json']));
  expect(await program(['a'], image)).toBe('one a\n');
});

it('says in one line how to build sources when there is no compiler', async () => {
  await rm(join(checkout, 'node_modules'));
  await expect(program([])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'These sources are not built, and the compiler is not installed. Run npm ci.\n',
  });
});
