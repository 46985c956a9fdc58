import { HoldingProxy } from '../holding-proxy.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, endOf, startFetch } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const address = 'anna@example.test';
const PASSWORD = 'secret-of-anna';
let service: RunningService;
let mail: MailServer;
let admin: Requests;
let refusals: HoldingProxy;
let path: string;
let id: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [address]: PASSWORD } })]);
  admin = await service.signedIn();
});
beforeEach(async () => {
  refusals = await HoldingProxy.start(mail.imapPort, { answers: /^\S+ NO /m });
  const incoming = { host: '127.0.0.1', port: refusals.port, security: 'none' };
  ({ id } = await addAccount(admin, accountOn(mail, address, PASSWORD, { incoming })));
  path = `/api/accounts/${id}`;
});
afterEach(async () => {
  refusals?.stop();
  done(await admin.delete(path));
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const change = (password: string) => admin.put<Recorded & { login: string }>(`${path}/password`, { password });
const shown = async (): Promise<object> => {
  await service.settled();
  return done(await admin.get<object>(path));
};

describe('a refused login that the server answers late', () => {
  it('does not make an account fail after its password has changed', async () => {
    const wrong = change('wrong');
    await refusals.holds();
    expect(done(await change(PASSWORD))).toMatchObject({ login: 'accepted' });
    refusals.release();
    expect(done(await wrong)).toMatchObject({ login: 'refused', server: 'incoming' });
    expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
  });

  it('makes a fetch continue with the changed password', async () => {
    const wrong = change('wrong');
    await refusals.holds();
    refusals.release();
    expect(done(await wrong)).toMatchObject({ login: 'refused' });
    const started = await startFetch(admin, id);
    await refusals.holds();
    expect(done(await change(PASSWORD))).toMatchObject({ login: 'accepted' });
    refusals.release();
    expect(await endOf(admin, started)).toMatchObject({ state: 'done' });
    expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
  });
});
