type Jest = typeof import('@jest/globals');

declare global {
  var describe: Jest['describe'];
  var it: Jest['it'];
  var expect: Jest['expect'];
  var beforeAll: Jest['beforeAll'];
  var beforeEach: Jest['beforeEach'];
  var afterAll: Jest['afterAll'];
  var afterEach: Jest['afterEach'];
  var jest: Jest['jest'];
}

export {};
