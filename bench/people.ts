import { type FactLog } from '../src/platform/log/fact-log.js';
import { type UserEvent, USERS_STREAM } from '../src/users/user.events.js';
import { type Figure, inTurn } from './figure.js';
import { type Ground, perSecond } from './ground.js';
import { Load } from './load.js';
import { recordedLog } from './recorded-mailbox.js';
import { ServiceProcess } from './service-process.js';

const ADDED_AT_ONCE = 4;

/** Adding a person over HTTP to a company of many people, against a company of ten. */
export async function people(ground: Ground): Promise<Figure[]> {
  const many = ground.small ? 1000 : 5000;
  const company = async (count: number): Promise<{ addPerson: () => Promise<number>; close: () => Promise<void> }> => {
    const { log, url } = await recordedLog(ground);
    const service = await ServiceProcess.start(ground, url);
    ground.say(`recording ${count} people`);
    await recordPeople(log, count);
    await service.caughtUp();
    const load = new Load(service.url, ADDED_AT_ONCE);
    const headers = { Authorization: `Bearer ${service.token}` };
    let added = 0;
    const addPerson = async (): Promise<number> => {
      const body = JSON.stringify({ name: 'Ben', email: `ben${added++}@bench.example`, role: 'user' });
      await load.ask({ method: 'POST', path: '/api/users', headers, body });
      return 1;
    };
    return { addPerson, close: () => (load.close(), service.stop()) };
  };
  const [few, large] = [await company(10), await company(many)];
  const [ms, rounds] = ground.small ? [300, 1] : [1500, 7];
  const measured = ({ addPerson }: typeof few) => perSecond(ADDED_AT_ONCE, ms, addPerson);
  await Promise.all([measured(few), measured(large)]);
  ground.say('adding people');
  const { ours, limit } = await inTurn(rounds, { limit: () => measured(few), ours: () => measured(large) });
  await Promise.all([few.close(), large.close()]);
  return [
    { what: `people added to ${many}`, unit: '/s', ours, limit, limitIs: 'added to 10', target: { atLeast: 0.8 } },
  ];
}

/** Records people in the log directly, many at a time. @returns their ids */
export async function recordPeople(log: FactLog, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `person${n}`);
  const added = ids.map((userId): UserEvent => {
    const email = `${userId}@bench.example`;
    return { type: 'UserAdded', data: { userId, emailKey: email, role: 'user', name: userId, email } };
  });
  const origin = { by: 'system', via: 'web', at: new Date().toISOString(), correlationId: 'bench', causationId: null };
  let revision = -1;
  for await (const fact of log.read(USERS_STREAM)) revision = fact.revision;
  for (let n = 0; n < count; n += 500)
    ({ revision } = await log.append(USERS_STREAM, revision, added.slice(n, n + 500), origin));
  return ids;
}
