import type * as Jest from '@jest/globals';

declare global {
  var describe: typeof Jest.describe;
  var it: typeof Jest.it;
  var expect: typeof Jest.expect;
  var beforeAll: typeof Jest.beforeAll;
  var beforeEach: typeof Jest.beforeEach;
  var afterAll: typeof Jest.afterAll;
  var afterEach: typeof Jest.afterEach;
  var jest: typeof Jest.jest;
}
