import { example } from './example.js';

/** Cleo may use the account, but not change its password. */
export const attemptRefused = example('AttemptRefused', {
  attemptId: 'attempt-1',
  by: 'user:cleo',
  via: 'web',
  action: 'PUT /api/accounts/{id}/password',
  accountId: 'info',
  userId: null,
  status: 403,
  reason: 'only-its-owner-or-an-administrator-changes-the-password',
  server: null,
  month: '2026-01',
  from: '192.0.2.7',
  times: 1,
});
export const attemptRepeated = example('AttemptRepeated', { attemptId: 'attempt-1', times: 2 });
