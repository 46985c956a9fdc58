import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, endOf, startFetch } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const address = 'anna@example.test';
const PASSWORD = 'secret-of-anna';
let service: RunningService;
let mail: MailServer;
let admin: Requests;
let slow: SlowToRefuse;
let path: string;
let id: string;

/** Before a mail server: keeps refusals back until they are let go, as servers do that slow guessing down. */
class SlowToRefuse {
  readonly held: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    behind: number,
  ) {
    server.on('connection', (client) => {
      const upstream = connect(behind, '127.0.0.1');
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
      }
      client.pipe(upstream);
      upstream.on('data', (bytes) => {
        const pass = (): void => void client.write(bytes);
        if (/^\S+ NO /m.test(bytes.toString('latin1'))) this.held.push(pass);
        else pass();
      });
    });
  }

  static async start(behind: number): Promise<SlowToRefuse> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SlowToRefuse(server, behind);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  letGo(): void {
    for (const pass of this.held.splice(0)) pass();
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [address]: PASSWORD } })]);
  admin = await service.signedIn();
});
beforeEach(async () => {
  slow = await SlowToRefuse.start(mail.imapPort);
  const incoming = { host: '127.0.0.1', port: slow.port, security: 'none' };
  ({ id } = await addAccount(admin, accountOn(mail, address, PASSWORD, { incoming })));
  path = `/api/accounts/${id}`;
});
afterEach(async () => {
  slow?.stop();
  done(await admin.delete(path));
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const change = (password: string) => admin.put<Recorded & { login: string }>(`${path}/password`, { password });
const refusalIsHeld = () =>
  waitUntil(
    () => Promise.resolve(slow.held.length),
    (held) => held > 0,
  );
const shown = async (): Promise<object> => {
  await service.settled();
  return done(await admin.get<object>(path));
};

it('a password that is refused late does not make an account fail that has another one by then', async () => {
  const wrong = change('wrong');
  await refusalIsHeld();
  expect(done(await change(PASSWORD))).toMatchObject({ login: 'accepted' });
  slow.letGo();
  expect(done(await wrong)).toMatchObject({ login: 'refused', server: 'incoming' });
  expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
});

it('a fetch whose login is refused late goes on with the password that there is by then', async () => {
  const wrong = change('wrong');
  await refusalIsHeld();
  slow.letGo();
  expect(done(await wrong)).toMatchObject({ login: 'refused' });
  const started = await startFetch(admin, id);
  await refusalIsHeld();
  expect(done(await change(PASSWORD))).toMatchObject({ login: 'accepted' });
  slow.letGo();
  expect(await endOf(admin, started)).toMatchObject({ state: 'done' });
  expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
});
