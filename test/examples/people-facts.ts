import { example } from './example.js';

/** Ada is an administrator, Ben and Cleo are users, Olga is an auditor. */
export const userAdded = example('UserAdded', {
  userId: 'ben',
  emailKey: 'key-of-ben',
  role: 'user',
  name: 'Ben Okri',
  email: 'ben@acme.example',
});
export const userRenamed = example('UserRenamed', { userId: 'ben', name: 'Benjamin Okri' });
export const userRoleChanged = example('UserRoleChanged', { userId: 'ben', from: 'user', to: 'auditor' });
export const userPasswordChanged = example('UserPasswordChanged', { userId: 'ben', version: 1 });
export const userLinked = example('UserLinked', { userId: 'ben', key: 'openid-key-of-ben' });
export const userDeactivated = example('UserDeactivated', { userId: 'ben' });
export const userReactivated = example('UserReactivated', { userId: 'ben' });

export const tokenIssued = example('TokenIssued', { tokenId: 'billing-token', name: 'billing', role: 'administrator' });
export const tokenRevoked = example('TokenRevoked', { tokenId: 'billing-token' });
