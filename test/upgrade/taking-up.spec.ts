import { expectNothingLost } from './nothing-lost.js';

describe('mail of the release before', () => {
  it('is taken up by the first fetch, without its bodies', () => expectNothingLost({ many: 100, watchMail: false }));
  it('is taken up by the watch, without its bodies', () => expectNothingLost({ many: 0, watchMail: true }));
});
