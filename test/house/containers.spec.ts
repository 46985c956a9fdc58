import { readFileSync } from 'node:fs';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');

/** Name and text of each service: the lines below `services:` with an indentation of two. */
function servicesOf(text: string): Map<string, string> {
  const [, services = ''] = /^services:\n((?:(?: .*|#.*)?\n)*)/m.exec(text) ?? [];
  const named = services.split(/^ {2}(?=[a-z])/m).slice(1);
  return new Map(named.map((service) => [service.slice(0, service.indexOf(':')), service]));
}

/** Images from a registry. */
const images = [
  ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!),
  ...[...compose.matchAll(/^ +image: (\S+)/gm)].map(([, image]) => image!),
];

/** `name:1.2…` with at least two numbers: such a tag never moves to another release. */
const isPinned = (image: string): boolean => /^[\w./-]+:v?\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?$/.test(image);

describe('the container files', () => {
  it('name every image by an exact version', () => {
    expect(images).toHaveLength(6);
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
  });

  it.each(['node', 'node:latest', 'node:20', 'postgres:17-bookworm'])('could not name the image %s', (image) => {
    expect(isPinned(image)).toBe(false);
  });

  it('have a service, its log, its database and a mail server, each with a health check', () => {
    const services = servicesOf(compose);
    expect([...services.keys()]).toEqual(['mailroom', 'eventstore', 'postgres', 'mail']);
    for (const text of services.values()) expect(text).toMatch(/^ {4}healthcheck:\n {6}test:\s+\[\s*'CMD/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*\/health\/live/m);
  });

  it('run the service without root, with the packages of production only', () => {
    const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(runtime).toMatch(/^USER node$/m);
    expect(runtime).toMatch(/^CMD \["node", "dist\/src\/main\.js"\]$/m);
    expect(dockerfile).toContain('npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/.bin/node');
  });

  it('have the npm scripts of the operator in the image, and no sources to build there', () => {
    const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    for (const copied of ['package.json .npmrc ./', 'scripts/*.mjs scripts/', '--from=build /built dist'])
      expect(runtime).toContain(`\nCOPY ${copied}\n`);
    expect(runtime).not.toContain('tsconfig');
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    for (const name of ['start', 'demo', 'log', 'projections:rebuild', 'export', 'import'])
      expect(scripts[name]).toMatch(/^([A-Z_]+=\d+ )*(exec )?node scripts\/run\.mjs [\w/-]+\.js$/);
  });

  it('publish ports on this machine only', () => {
    const ports = [...compose.matchAll(/^ +ports: \[(.*)\]$/gm)].flatMap(([, each]) => each!.split(', '));
    expect(ports.length).toBeGreaterThan(2);
    for (const port of ports) expect(port).toMatch(/^'127\.0\.0\.1:/);
  });

  it('contain no secret', () => {
    const named = [...compose.matchAll(/(?:PASSWORD|KEY): (.*)/g)].map(([, value]) => value!);
    expect(named.length).toBeGreaterThan(0);
    for (const value of named) expect(value).toMatch(/^\$\{\w+:\?/);
  });
});
