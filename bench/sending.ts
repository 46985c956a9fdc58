import { setTimeout as pause } from 'node:timers/promises';
import nodemailer from 'nodemailer';
import pLimit from 'p-limit';
import { SmtpSink } from '../test/smtp-sink/smtp-sink.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { ServiceProcess } from './service-process.js';

const ACCOUNTS = 4;
const AT_ONCE = 16;
/** As many connections to one server as the service opens. */
const CONNECTIONS = 10;
const LOOK_MS = 5;
const TEXT = 'Dear customer, thank you for your order. It leaves our house tomorrow.\n'.repeat(40);

/** Mail of people until a mail server has taken it, on record, against the pool of nodemailer alone. */
export async function sending(ground: Ground): Promise<Figure[]> {
  const [count, rounds] = ground.small ? [40, 1] : [1000, 5];
  const sink = await SmtpSink.start({ keepsRaw: false });
  ground.atTheEnd(() => sink.stop());
  const service = await ServiceProcess.start(ground, await ground.database());
  const accounts = await addAccounts(service, sink);
  const pool = nodemailer.createTransport({
    ...sink.settings,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: Infinity,
    auth: { user: 'user', pass: 'secret' },
  });
  const bare = async (): Promise<number> => {
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        pool.sendMail({ from: 'a0@bench.example', to: `person${n}@kiosk.example`, subject: 'Order', text: TEXT }),
      ),
    );
    return (1000 * count) / (performance.now() - begun);
  };
  const ours = async (): Promise<number> => {
    const before = sink.messages.length;
    const begun = performance.now();
    const limit = pLimit(AT_ONCE);
    await limit.map(
      Array.from({ length: count }, (_, n) => n),
      (n) => queue(service, accounts[n % ACCOUNTS]!, n),
    );
    while (sink.messages.length < before + count) await pause(LOOK_MS);
    return (1000 * count) / (performance.now() - begun);
  };
  ground.say('sending');
  await inTurn(1, { bare, ours });
  await service.caughtUp();
  await service.forgetPeak();
  const before = await service.resident();
  const [seconds, sent] = [await service.processorTime(), sink.messages.length];
  const measured = await inTurn(rounds, { bare, ours });
  await service.caughtUp();
  const perMessage = (1000 * ((await service.processorTime()) - seconds) * 2) / (sink.messages.length - sent);
  const grown = (await service.peak()) - before;
  pool.close();
  await service.stop();
  return [
    {
      what: 'messages sent, on record',
      unit: '/s',
      ours: measured.ours,
      limit: measured.bare,
      limitIs: "nodemailer's pool alone",
      target: { atLeast: 0.5 },
    },
    { what: 'processor time of a message', unit: 'ms', ours: [perMessage], limit: [1], limitIs: 'for information' },
    {
      what: `memory that ${rounds * count} messages add`,
      unit: 'MB',
      ours: [grown],
      limit: [100],
      limitIs: 'flat',
      target: { atMost: 1 },
    },
  ];
}

function addAccounts(service: ServiceProcess, sink: SmtpSink): Promise<string[]> {
  const limits = { perMinute: 1_000_000, perHour: 1_000_000, perDay: 1_000_000 };
  const set = { password: 'secret', incoming: sink.settings, outgoing: sink.settings, sendOnly: true, limits };
  return Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, n) => {
      const body = { ...set, address: `a${n}@bench.example` };
      return (await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', body)).id;
    }),
  );
}

const queue = (service: ServiceProcess, account: string, n: number): Promise<unknown> =>
  service.ask('POST', `/api/accounts/${account}/messages`, {
    to: [{ address: `person${n}@kiosk.example` }],
    subject: 'Order',
    text: TEXT,
    undoSeconds: 0,
  });
