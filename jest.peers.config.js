import base, { compiled } from './jest.config.js';

const { globalSetup, globalTeardown, ...rest } = base;

/** `npm run test:peers`: class Imap on Dovecot, Cyrus and Courier. Fails when one of them is not to be had. */
export default { ...rest, testMatch: [compiled('test/peers/peers.real.js')], maxWorkers: 1 };
