import base, { compiled } from './jest.config.js';

/**
 * `npm run test:peers`: the service, and class Imap, on Dovecot, Cyrus and Courier; PEERS=Cyrus on this one alone. Fails
 * when one is not to be had.
 */
export default { ...base, testMatch: [compiled('test/peers/*.real.js')], maxWorkers: 1 };
