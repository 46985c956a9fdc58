import type { Slice } from '../platform/slice.js';
import { AddUserEndpoint, AddUserHandler } from './add-user.js';
import { PendingOpenIdSignIns } from './pending-openid-sign-ins.js';
import { ChangeUserPasswordEndpoint, ChangeUserPasswordHandler } from './change-user-password.js';
import { ChangeUserEndpoint, ChangeUserHandler } from './change-user.js';
import { LoginThrottle } from './login-throttle.js';
import { OpenIdSessionEndpoint } from './open-session-by-provider.js';
import { SessionEndpoint } from './open-session.js';
import { SignInByProviderHandler } from './sign-in-by-provider.js';
import { UsersStream } from './users-stream.js';

export const userCommands: Slice = {
  endpoints: [SessionEndpoint, OpenIdSessionEndpoint, AddUserEndpoint, ChangeUserEndpoint, ChangeUserPasswordEndpoint],
  handlers: [SignInByProviderHandler, AddUserHandler, ChangeUserHandler, ChangeUserPasswordHandler],
  services: [LoginThrottle, UsersStream, PendingOpenIdSignIns],
};
