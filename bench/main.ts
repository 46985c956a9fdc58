import 'reflect-metadata';
import { closeMessageWorkers } from '../src/mail/reading/message.js';
import { accounts } from './accounts.js';
import { appends } from './appends.js';
import { fetching, memory } from './fetching.js';
import { commands } from './commands.js';
import { detecting } from './detecting.js';
import { eventstoredb } from './eventstoredb.js';
import { hostile } from './hostile.js';
import { live } from './live.js';
import { looking } from './looking.js';
import { page } from './page.js';
import { paging } from './paging.js';
import { people } from './people.js';
import { rebuilding } from './rebuilding.js';
import { sending } from './sending.js';
import { watching } from './watching.js';
import { type Figure, tableOf } from './figure.js';
import { type Ground, withGround } from './ground.js';

const BENCHES: Record<string, (ground: Ground) => Promise<Figure[]>> = {
  appends,
  fetching,
  memory,
  rebuilding,
  eventstoredb,
  commands,
  paging,
  page,
  accounts,
  detecting,
  people,
  live,
  looking,
  watching,
  sending,
  hostile,
};

const asked = process.argv.slice(2);
const small = asked.includes('--small');
const names = asked.filter((word) => word !== '--small');
const unknown = names.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}. Choose from ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}

const figures = await withGround(small, async (ground) => {
  const all: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) all.push(...(await BENCHES[name]!(ground)));
  return all;
});
await closeMessageWorkers();
process.stdout.write(`\n${tableOf(figures)}\n`);
