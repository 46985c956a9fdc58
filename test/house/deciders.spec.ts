import { globSync, readFileSync } from 'node:fs';
import { foldsIn } from './deciders.js';

const files = globSync(['src/**/*.ts', 'projections/**/*.ts'], { exclude: ['**/*.spec.ts'] }).toSorted();
const declared = files.flatMap((path) => foldsIn(readFileSync(path, 'utf8')).map((fold) => ({ path, ...fold })));

describe('a fold', () => {
  it('is declared in a *.fold.ts or *.decider.ts file', () => {
    const elsewhere = declared.filter(({ path }) => !/\.(fold|decider)\.ts$/.test(path));
    expect(elsewhere.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
  });

  it('is the only fold of its facts', () => {
    const facts = declared.map((fold) => fold.facts);
    expect(facts.filter((each, at) => facts.indexOf(each) !== at)).toEqual([]);
    expect(facts).toEqual(expect.arrayContaining(['AccountEvent', 'AddressEvent', 'ConnectionEvent', 'UserEvent']));
  });
});

describe('the search for folds', () => {
  it.each([
    ['a variable', 'const holder: Decider<Holding, AddressEvent> = addressHolder;'],
    ['a function', 'const holderOf = (domain: string): Decider<Holding, AddressEvent> => make(domain);'],
    ['a method', 'class Made { fold(): Decider<Holding, AddressEvent> { return made; } }'],
    ['satisfies', 'export const holder = made satisfies Decider<Holding, AddressEvent>;'],
  ])('finds a planted fold: %s', (_, source) => expect(foldsIn(source)).toEqual([{ line: 1, facts: 'AddressEvent' }]));

  it('finds an object that is a fold without a type', () =>
    expect(foldsIn('void decide.load(stream,\n { initial: 0, evolve: (n) => n + 1 });')).toEqual([
      { line: 2, facts: null },
    ]));

  it('counts a fold once, and counts no parameters and types', () => {
    expect(foldsIn('const n: Decider<number, F> = { initial: 0, evolve: (n) => n + 1 };')).toHaveLength(1);
    expect(foldsIn('async load(stream: string, decider: Decider<S, F>): Promise<S> {}')).toEqual([]);
    expect(foldsIn('interface Claimable<F> { decider: Decider<Holding, F>; fold(): Decider<Holding, F> }')).toEqual([]);
  });
});
