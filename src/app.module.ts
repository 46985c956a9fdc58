import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ListAccountsEndpoint, ListAccountsHandler } from '../projections/accounts/list-accounts.js';
import { ShowAccountEndpoint, ShowAccountHandler } from '../projections/accounts/show-account.js';
import { ListAttemptsEndpoint, ListAttemptsHandler } from '../projections/attempts/list-attempts.js';
import { ShowChangeHistoryEndpoint, ShowChangeHistoryHandler } from '../projections/change-history/show-change-history.js';
import { ListCompaniesEndpoint, ListCompaniesHandler } from '../projections/companies/list-companies.js';
import { ShowCompanyEndpoint, ShowCompanyHandler } from '../projections/companies/show-company.js';
import { ListContactsEndpoint, ListContactsHandler } from '../projections/contacts/list-contacts.js';
import { ShowContactEndpoint, ShowContactHandler } from '../projections/contacts/show-contact.js';
import { ShowCrmHistoryEndpoint, ShowCrmHistoryHandler } from '../projections/crm-history/show-crm-history.js';
import { ListErasuresEndpoint, ListErasuresHandler } from '../projections/erasures/list-erasures.js';
import { ListFetchesEndpoint, ListFetchesHandler } from '../projections/fetches/list-fetches.js';
import { ShowFetchEndpoint, ShowFetchHandler } from '../projections/fetches/show-fetch.js';
import { ShowGapsEndpoint, ShowGapsHandler } from '../projections/gaps/show-gaps.js';
import { SearchPosition } from '../projections/mail-search/search-position.js';
import { LiveEndpoint } from '../projections/live/follow-live.js';
import { LiveStreams } from '../projections/live/live-streams.js';
import { DownloadAttachmentEndpoint, DownloadAttachmentHandler } from '../projections/mailbox-view/download-attachment.js';
import { DownloadMessageEndpoint, DownloadMessageHandler } from '../projections/mailbox-view/download-message.js';
import { ListMessagesEndpoint, ListMessagesHandler } from '../projections/mailbox-view/list-messages.js';
import { OpenMessageEndpoint, OpenMessageHandler } from '../projections/mailbox-view/open-message.js';
import { ReadThreadEndpoint, ReadThreadHandler } from '../projections/mailbox-view/read-thread.js';
import { VisibleMessages } from '../projections/mailbox-view/visible-message.js';
import { ListTokensEndpoint, ListTokensHandler } from '../projections/people/list-tokens.js';
import { ListUsersEndpoint, ListUsersHandler } from '../projections/people/list-users.js';
import { ShowUserEndpoint, ShowUserHandler } from '../projections/people/show-user.js';
import { WhoAmIEndpoint, WhoAmIHandler } from '../projections/people/who-am-i.js';
import { RawMessages } from '../projections/raw-messages.js';
import { ListTasksEndpoint, ListTasksHandler } from '../projections/tasks/list-tasks.js';
import { ShowTaskEndpoint, ShowTaskHandler } from '../projections/tasks/show-task.js';
import { Past } from '../projections/time-travel/past.js';
import { ShowAccessEndpoint, ShowAccessHandler } from '../projections/time-travel/show-access.js';
import { ShowAccountThenHandler } from '../projections/time-travel/show-account-then.js';
import { AddAccountEndpoint, AddAccountHandler } from './accounts/add-account.js';
import { AccountServers } from './accounts/account-servers.js';
import { AddressClaims } from './accounts/address-claims.js';
import { ChangeManySettingsEndpoint } from './accounts/change-many-settings.js';
import { ChangePasswordEndpoint, ChangePasswordHandler } from './accounts/change-password.js';
import { ChangeSettingsEndpoint, ChangeSettingsHandler } from './accounts/change-settings.js';
import { DetectServersEndpoint } from './accounts/detect-servers.js';
import { DetectionThrottle } from './accounts/detection-throttle.js';
import { GrantAccessEndpoint, GrantAccessHandler } from './accounts/grant-access.js';
import { LoginTrial } from './accounts/login-trial.js';
import { FinishSignInEndpoint, FinishSignInHandler } from './accounts/finish-sign-in.js';
import { BegunMailboxSignIns } from './accounts/begun-mailbox-sign-ins.js';
import { StartSignInEndpoint } from './accounts/start-sign-in.js';
import { EraseSecretsHandler } from './accounts/erase-secrets.js';
import { RemoveAccountEndpoint, RemoveAccountHandler } from './accounts/remove-account.js';
import { RevokeAccessEndpoint, RevokeAccessHandler } from './accounts/revoke-access.js';
import { PreviewSettingsEndpoint, PreviewSettingsHandler } from './accounts/preview-settings.js';
import { RevertSettingsEndpoint, RevertSettingsHandler } from './accounts/revert-settings.js';
import { SetAutoresponderEndpoint } from './accounts/set-autoresponder.js';
import { SettingChanges } from './accounts/setting-changes.js';
import { TestServersEndpoint, TestServersHandler } from './accounts/test-servers.js';
import { AddCompanyEndpoint, AddCompanyHandler } from './companies/add-company.js';
import { ChangeCompanyEndpoint, ChangeCompanyHandler } from './companies/change-company.js';
import { CompanyDomains } from './companies/company-domain.js';
import { AttemptCounts } from './attempts/attempt-counts.js';
import { RefusedAttempts } from './attempts/refused-attempts.js';
import { CreateCompanyHandler } from './companies/create-company.js';
import { DomainClaims } from './companies/domain-claims.js';
import { AddContactEndpoint, AddContactHandler } from './contacts/add-contact.js';
import { ChangeContactEndpoint, ChangeContactHandler } from './contacts/change-contact.js';
import { CompanyOfContact } from './contacts/company-of-contact.js';
import { ContactAddresses } from './contacts/contact-addresses.js';
import { CreateContactHandler } from './contacts/create-contact.js';
import { ErasePersonHandler } from './erasures/erase-person.js';
import { OwnPeople } from './erasures/own-people.js';
import { People } from './erasures/person.js';
import { RequestErasureEndpoint, RequestErasureHandler } from './erasures/request-erasure.js';
import { TracesOfPeople } from './erasures/traces.js';
import { ConnectionNews } from './mail/connection-news.js';
import { USUAL_PORTS } from './mail/detection/offer.js';
import { ServerDetection } from './mail/detection/server-detection.js';
import { MailDns } from './mail/mail-dns.js';
import { guardedFetch } from './mail/guarded-fetch.js';
import { MailServers } from './mail/mail-servers.js';
import { MailMessageReader } from './mail/message-reader.js';
import { OutboundGuard } from './mail/outbound-guard.js';
import { MailOfLate } from './mail/mail-of-late.js';
import { MailLogins } from './mail/sign-in/mail-logins.js';
import { SignInProviders } from './mail/sign-in/sign-in-providers.js';
import { OwnAddresses } from './mail/own-addresses.js';
import { FetchMailEndpoint, FetchMailHandler } from './mailboxes/fetch-mail.js';
import { FetchRun } from './mailboxes/fetch-run.js';
import { FetchWorker } from './mailboxes/fetch-worker.js';
import { FolderIntake } from './mailboxes/folder-intake.js';
import { MessageIntake } from './mailboxes/message-intake.js';
import { AuthGuard } from './platform/auth/auth.guard.js';
import type { Config } from './platform/config.js';
import { Decide } from './platform/decide.js';
import { HealthEndpoint } from './platform/http/health.js';
import { Idempotency } from './platform/http/idempotency.js';
import { Refusals } from './platform/http/refusals.js';
import { ReadPosition } from './platform/http/read-position.js';
import { MessageReader } from './platform/message-reader.js';
import type { Platform } from './platform/open-platform.js';
import { PlatformModule } from './platform/platform.module.js';
import { LoginThrottle } from './users/login-throttle.js';
import { BegunOpenIdSignIns } from './users/begun-openid-sign-ins.js';
import { OpenIdSessionEndpoint } from './users/open-session-by-provider.js';
import { OpenIdProvider } from './users/openid-provider.js';
import { SignInByProviderHandler } from './users/sign-in-by-provider.js';
import { SessionEndpoint } from './users/open-session.js';
import { AddTaskEndpoint, AddTaskHandler } from './tasks/add-task.js';
import { Assignees } from './tasks/assignees.js';
import { ChangeTaskEndpoint, ChangeTaskHandler } from './tasks/change-task.js';
import { CreateTaskHandler } from './tasks/create-task.js';
import { IssueTokenEndpoint, IssueTokenHandler } from './tokens/issue-token.js';
import { RevokeTokenEndpoint, RevokeTokenHandler } from './tokens/revoke-token.js';
import { ChangeUserPasswordEndpoint, ChangeUserPasswordHandler } from './users/change-user-password.js';
import { AddUserEndpoint, AddUserHandler } from './users/add-user.js';
import { ChangeUserEndpoint, ChangeUserHandler } from './users/change-user.js';
import { UsersStream } from './users/users-stream.js';

/** Every way in: what it asks for, and who carries it out. */
const WRITE_SIDE: Slice = {
  endpoints: [
    SessionEndpoint,
    OpenIdSessionEndpoint,
    AddUserEndpoint,
    ChangeUserEndpoint,
    ChangeUserPasswordEndpoint,
    IssueTokenEndpoint,
    RevokeTokenEndpoint,
    AddAccountEndpoint,
    ChangeSettingsEndpoint,
    ChangeManySettingsEndpoint,
    SetAutoresponderEndpoint,
    TestServersEndpoint,
    DetectServersEndpoint,
    RevertSettingsEndpoint,
    PreviewSettingsEndpoint,
    ChangePasswordEndpoint,
    GrantAccessEndpoint,
    RevokeAccessEndpoint,
    RemoveAccountEndpoint,
    StartSignInEndpoint,
    FinishSignInEndpoint,
    FetchMailEndpoint,
    AddContactEndpoint,
    ChangeContactEndpoint,
    AddCompanyEndpoint,
    ChangeCompanyEndpoint,
    AddTaskEndpoint,
    ChangeTaskEndpoint,
    RequestErasureEndpoint,
  ],
  handlers: [
    SignInByProviderHandler,
    AddUserHandler,
    ChangeUserHandler,
    ChangeUserPasswordHandler,
    IssueTokenHandler,
    RevokeTokenHandler,
    AddAccountHandler,
    ChangeSettingsHandler,
    TestServersHandler,
    RevertSettingsHandler,
    PreviewSettingsHandler,
    ChangePasswordHandler,
    GrantAccessHandler,
    RevokeAccessHandler,
    RemoveAccountHandler,
    FinishSignInHandler,
    EraseSecretsHandler,
    FetchMailHandler,
    CreateCompanyHandler,
    AddCompanyHandler,
    ChangeCompanyHandler,
    CreateContactHandler,
    AddContactHandler,
    ChangeContactHandler,
    CreateTaskHandler,
    AddTaskHandler,
    ChangeTaskHandler,
    RequestErasureHandler,
    ErasePersonHandler,
  ],
  services: [
    AttemptCounts,
    LoginThrottle,
    UsersStream,
    BegunOpenIdSignIns,
    AddressClaims,
    SettingChanges,
    LoginTrial,
    MailLogins,
    BegunMailboxSignIns,
    AccountServers,
    DetectionThrottle,
    MailOfLate,
    OwnAddresses,
    FetchWorker,
    FetchRun,
    FolderIntake,
    MessageIntake,
    ContactAddresses,
    CompanyOfContact,
    DomainClaims,
    CompanyDomains,
    Assignees,
    OwnPeople,
    People,
    TracesOfPeople,
  ],
};

const READ_SIDE: Slice = {
  endpoints: [
    WhoAmIEndpoint,
    ListUsersEndpoint,
    ShowUserEndpoint,
    ListTokensEndpoint,
    ListAccountsEndpoint,
    ShowAccountEndpoint,
    ShowAccessEndpoint,
    ShowChangeHistoryEndpoint,
    ListAttemptsEndpoint,
    ListFetchesEndpoint,
    ShowFetchEndpoint,
    ShowGapsEndpoint,
    ListMessagesEndpoint,
    OpenMessageEndpoint,
    DownloadMessageEndpoint,
    DownloadAttachmentEndpoint,
    ReadThreadEndpoint,
    ListContactsEndpoint,
    ShowContactEndpoint,
    ListCompaniesEndpoint,
    ShowCompanyEndpoint,
    ListTasksEndpoint,
    ShowTaskEndpoint,
    ShowCrmHistoryEndpoint,
    ListErasuresEndpoint,
    LiveEndpoint,
  ],
  handlers: [
    WhoAmIHandler,
    ListUsersHandler,
    ShowUserHandler,
    ListTokensHandler,
    ListAccountsHandler,
    ShowAccountHandler,
    ShowAccountThenHandler,
    ShowAccessHandler,
    ShowChangeHistoryHandler,
    ListAttemptsHandler,
    ListFetchesHandler,
    ShowFetchHandler,
    ShowGapsHandler,
    ListMessagesHandler,
    OpenMessageHandler,
    DownloadMessageHandler,
    DownloadAttachmentHandler,
    ReadThreadHandler,
    ListContactsHandler,
    ShowContactHandler,
    ListCompaniesHandler,
    ShowCompanyHandler,
    ListTasksHandler,
    ShowTaskHandler,
    ShowCrmHistoryHandler,
    ListErasuresHandler,
  ],
  services: [Past, RawMessages, VisibleMessages, SearchPosition, LiveStreams],
};

interface Slice {
  endpoints: Type[];
  handlers: Type[];
  services: Type[];
}

/** The one place that knows every slice, and which adapter each port gets. */
@Module({})
export class AppModule {
  static of(platform: Platform): DynamicModule {
    const { mail, detection, signIn, openId } = worldOf(platform.config);
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot(), PlatformModule.of(platform)],
      controllers: [
        HealthEndpoint,
        ...(platform.config.roles.has('api') ? [...WRITE_SIDE.endpoints, ...READ_SIDE.endpoints] : []),
      ],
      providers: [
        { provide: MailServers, useValue: mail },
        { provide: ServerDetection, useValue: detection },
        { provide: SignInProviders, useValue: signIn },
        { provide: OpenIdProvider, useValue: openId },
        { provide: MessageReader, useClass: MailMessageReader },
        { provide: ConnectionNews, useFactory: (decide: Decide) => new ConnectionNews(decide), inject: [Decide] },
        { provide: Refusals, useClass: RefusedAttempts },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: Idempotency },
        { provide: APP_INTERCEPTOR, useClass: ReadPosition },
        ...[WRITE_SIDE, READ_SIDE].flatMap(({ handlers, services }) => [...handlers, ...services]),
      ],
    };
  }
}

/** The system's resolver knows names that are not in the DNS, so it answers for mail servers unless name servers are given. */
function worldOf({ allowPrivateMailHosts: allowPrivate, mailDnsServers, mailWorld, mailSignIn, openId }: Config) {
  const { ca, patience = 1 } = mailWorld ?? {};
  const dns = new MailDns(mailDnsServers, patience);
  const guard = new OutboundGuard({ allowPrivate, ...(mailDnsServers.length > 0 ? { lookup: dns.addresses } : {}) });
  return {
    mail: new MailServers(guard, ca),
    signIn: new SignInProviders(mailSignIn, guardedFetch(guard, ca)),
    openId: new OpenIdProvider(openId, guardedFetch(guard, ca)),
    detection: new ServerDetection({ dns, ports: { ...USUAL_PORTS, ...mailWorld?.ports }, allowPrivate, ca, patience }),
  };
}
