import { expectNothingLost } from '../upgrade/nothing-lost.js';

it.each([{ watchMail: false }, { watchMail: true }])(
  '10,000 messages of the release before are taken up, without their bodies: watched $watchMail',
  ({ watchMail }) => expectNothingLost({ many: 10_000, watchMail }),
  600_000,
);
