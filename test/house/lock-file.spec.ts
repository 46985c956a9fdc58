import { readFileSync } from 'node:fs';
import { satisfies } from 'semver';

interface Package {
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
}

/** The oldest Node on which `npm ci` may run: see `engines` in package.json. */
const OLDEST_NODE = '20.19.0';

/** Nothing uses these: the page is compiled by Babel, see web/vite.config.ts. */
const UNUSED = /^node_modules\/@lingui\/native-tools-/;

/** Names of the optional packages that npm leaves out, without a word, since they ask for another Node. */
function leftOut(packages: Record<string, Package>): string[] {
  return Object.entries(packages)
    .filter(([, { optional, engines }]) => optional && engines?.node && !satisfies(OLDEST_NODE, engines.node))
    .map(([name]) => name)
    .filter((name) => !UNUSED.test(name));
}

describe('package-lock.json', () => {
  it('has no optional package that the oldest Node leaves out', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> };
    expect(leftOut(packages)).toEqual([]);
  });

  it('could not have a binding for Node 22 only', () => {
    const binding = { optional: true, engines: { node: '>=22.19.0' } };
    expect(leftOut({ 'node_modules/binding-linux': binding })).toEqual(['node_modules/binding-linux']);
  });
});
