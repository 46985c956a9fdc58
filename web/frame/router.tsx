import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { accountSearch } from '../account/account-search.js';
import { accountsSearch } from '../accounts/accounts-search.js';
import { askForList, listOf } from '../mail/mail-queries.js';
import { mailSearch } from '../mail/mail-search.js';
import { outboxSearch } from '../outbox/outbox-search.js';
import { queries } from '../shared/queries.js';
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
  loaderDeps: ({ search }) => listOf(search),
  // Beside the file of the screen; navigation does not wait for it.
  loader: ({ deps }) => void askForList(queries, deps),
  component: lazyRouteComponent(() => import('../mail/mail-screen.js'), 'MailScreen'),
});
const outbox = createRoute({
  getParentRoute: () => root,
  path: '/outbox',
  validateSearch: outboxSearch,
  component: lazyRouteComponent(() => import('../outbox/outbox-screen.js'), 'OutboxScreen'),
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  validateSearch: accountsSearch,
  component: lazyRouteComponent(() => import('../accounts/accounts-screen.js'), 'AccountsScreen'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$id',
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import('../account/account-screen.js'), 'AccountScreen'),
});
const contacts = createRoute({
  getParentRoute: () => root,
  path: '/contacts',
  component: lazyRouteComponent(() => import('../contacts/contacts-screen.js'), 'ContactsScreen'),
});
const companies = createRoute({
  getParentRoute: () => root,
  path: '/companies',
  component: lazyRouteComponent(() => import('../companies/companies-screen.js'), 'CompaniesScreen'),
});
const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../tasks/tasks-screen.js'), 'TasksScreen'),
});
const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  component: lazyRouteComponent(() => import('../people/people-screen.js'), 'PeopleScreen'),
});
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../tokens/tokens-screen.js'), 'TokensScreen'),
});
const attempts = createRoute({
  getParentRoute: () => root,
  path: '/attempts',
  component: lazyRouteComponent(() => import('../attempts/attempts-screen.js'), 'AttemptsScreen'),
});
const erasures = createRoute({
  getParentRoute: () => root,
  path: '/erasures',
  component: lazyRouteComponent(() => import('../erasures/erasures-screen.js'), 'ErasuresScreen'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    mail,
    outbox,
    accounts,
    account,
    contacts,
    companies,
    tasks,
    people,
    tokens,
    attempts,
    erasures,
  ]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
