import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { accountSearch } from '../account/account-search.js';
import { mailSearch } from '../mail/mail-search.js';
import { Frame } from './frame.js';
import { NotFound } from './not-found.js';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => redirect({ to: '/mail', throw: true }),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  beforeLoad: () => redirect({ to: '/mail', throw: true }),
});
const mail = createRoute({
  getParentRoute: () => root,
  path: '/mail',
  validateSearch: mailSearch,
  component: lazyRouteComponent(() => import('../mail/mail-screen.js'), 'MailScreen'),
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(() => import('../accounts/accounts-screen.js'), 'AccountsScreen'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$id',
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import('../account/account-screen.js'), 'AccountScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, mail, accounts, account]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
