import { accounts } from './accounts.js';
import { aria } from './aria.js';
import { htmlMail } from './html-mail.js';
import { PageWorld } from './page-world.js';
import { outage, people } from './people.js';
import { reading } from './reading.js';
import { signingIn } from './signing-in.js';
import { size } from './size.js';
import { writing } from './writing.js';

let world: PageWorld;

beforeAll(async () => {
  world = await PageWorld.start();
}, 240_000);
afterEach(() => world?.closeTabs());
afterAll(() => world?.stop());

const theWorld = (): PageWorld => world;

// First, because the lists tell which people have signed in.
describe('screen readers', () => {
  aria(theWorld);
});
describe('signing in', () => {
  signingIn(theWorld);
});
describe('size', () => {
  size(theWorld);
});
describe('reading', () => {
  reading(theWorld);
});
describe('HTML of mail', () => {
  htmlMail(theWorld);
});
describe('writing', () => {
  writing(theWorld);
});
describe('accounts', () => {
  accounts(theWorld);
});
describe('people, and the rest of the CRM', () => {
  people(theWorld);
});
describe('trouble', () => {
  outage(theWorld);
});
