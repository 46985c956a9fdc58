import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { absenceReplyQueries } from '../projections/autoresponder/list-replies.js';
import { accountQueries } from '../projections/accounts/account-queries.js';
import { attemptQueries } from '../projections/attempts/list-attempts.js';
import { auditQueries } from '../projections/audit/stream-facts.js';
import { changeHistoryQueries } from '../projections/history/show-change-history.js';
import { companyQueries } from '../projections/companies/company-queries.js';
import { contactQueries } from '../projections/contacts/contact-queries.js';
import { crmHistoryQueries } from '../projections/history/show-crm-history.js';
import { userHistoryQueries } from '../projections/history/show-user-history.js';
import { erasureQueries } from '../projections/erasures/list-erasures.js';
import { fetchQueries } from '../projections/fetches/fetch-queries.js';
import { gapQueries } from '../projections/gaps/show-gaps.js';
import { liveQueries } from '../projections/live/follow-live.js';
import { mailboxQueries } from '../projections/mailbox-view/mailbox-queries.js';
import { messageHistoryQueries } from '../projections/message-history/show-message-history.js';
import { notificationQueries } from '../projections/notifications/list-notifications.js';
import { peopleQueries } from '../projections/people/people-queries.js';
import { presenceQueries } from '../projections/presence/tell-presence.js';
import { taskQueries } from '../projections/tasks/task-queries.js';
import { timeTravelQueries } from '../projections/time-travel/time-travel-queries.js';
import { accountCommands } from './accounts/account-commands.js';
import { AttemptCounts } from './attempts/attempt-counts.js';
import { RefusedAttempts } from './attempts/refused-attempts.js';
import { autoresponderCommands } from './autoresponder/autoresponder-commands.js';
import { companyCommands } from './companies/company-commands.js';
import { contactCommands } from './contacts/contact-commands.js';
import { draftCommands } from './drafts/draft-commands.js';
import { DraftRows } from './drafts/draft-rows.js';
import { erasureCommands } from './erasures/erasure-commands.js';
import { ConnectionNews } from './accounts/connection/connection-news.js';
import { Deliverability } from './mail/deliverability/deliverability.js';
import { USUAL_PORTS } from './mail/detection/offer.js';
import { ServerDetection, usualLimits } from './mail/detection/server-detection.js';
import { guardedFetch } from './mail/servers/guarded-fetch.js';
import { MailDns } from './mail/servers/mail-dns.js';
import { RecentMail } from './accounts/preview/recent-mail.js';
import { MailServers } from './mail/servers/mail-servers.js';
import { OutboundGuard } from './mail/servers/outbound-guard.js';
import { OwnAddresses } from './accounts/own-addresses.js';
import { MailLogins } from './accounts/sign-in/mail-logins.js';
import { SignInProviders } from './accounts/sign-in/sign-in-providers.js';
import { mailboxCommands } from './mailboxes/mailbox-commands.js';
import { messageCommands } from './messages/message-commands.js';
import { AllListed } from '../projections/mailbox-view/all-listed.js';
import { FoldersWithMail } from '../projections/mailbox-view/folders-with-mail.js';
import { FolderMail } from './access/folder-mail.js';
import { ShownDrafts } from './access/shown-drafts.js';
import { ListedMail } from './access/listed-mail.js';
import { AccessModule } from './access/access.module.js';
import { AuthGuard } from './access/auth.guard.js';
import type { Config } from './platform/config.js';
import { notificationCommands } from './notifications/notification-commands.js';
import { Decide } from './platform/commands/decide.js';
import { FOLLOWERS, HealthEndpoint } from './platform/http/health.js';
import { HeldWork } from './platform/http/held-work.js';
import { Idempotency } from './platform/http/idempotency.js';
import { LateRecords } from './platform/http/late-records.js';
import { Quotas } from './platform/http/quotas.js';
import { ReadPosition } from './platform/http/read-position.js';
import { Refusals } from './platform/http/refusals.js';
import { SharedLimits } from './platform/http/shared-limits.js';
import { SignedCursors } from './platform/http/signed-cursors.js';
import { UnbuiltReadModels } from './platform/http/unbuilt-read-models.js';
import { MessageReader } from './mail/reading/message-reader.js';
import { MessageWriter } from './mail/writing/message-writer.js';
import type { Platform } from './platform/open-platform.js';
import { PlatformModule } from './platform/platform.module.js';
import type { Slice } from './platform/slice.js';
import { readingCommands } from './reading/reading-commands.js';
import { holdCommands } from './sending/hold/hold-commands.js';
import { OutboxHold } from './sending/hold/outbox-hold.js';
import { taskCommands } from './tasks/task-commands.js';
import { sendingCommands } from './sending/sending-commands.js';
import { tokenCommands } from './tokens/token-commands.js';
import { OpenIdProvider } from './users/openid-provider.js';
import { folderCommands } from './mailboxes/folders/folder-commands.js';
import { wishCommands } from './mailboxes/wishes/wish-commands.js';
import { uploadCommands } from './uploads/upload-commands.js';
import { userCommands } from './users/user-commands.js';

const slices: readonly Slice[] = [
  userCommands,
  tokenCommands,
  accountCommands,
  mailboxCommands,
  messageCommands,
  readingCommands,
  folderCommands,
  wishCommands,
  sendingCommands,
  draftCommands,
  notificationCommands,
  holdCommands,
  autoresponderCommands,
  contactCommands,
  companyCommands,
  taskCommands,
  erasureCommands,
  uploadCommands,
  peopleQueries,
  accountQueries,
  timeTravelQueries,
  changeHistoryQueries,
  attemptQueries,
  auditQueries,
  fetchQueries,
  gapQueries,
  mailboxQueries,
  messageHistoryQueries,
  notificationQueries,
  presenceQueries,
  absenceReplyQueries,
  contactQueries,
  companyQueries,
  taskQueries,
  crmHistoryQueries,
  userHistoryQueries,
  erasureQueries,
  liveQueries,
];

const DELIVERABILITY_MS = 8000;

/** The one place that knows every slice, and which adapter each port gets. */
@Module({})
export class AppModule {
  /** @param followers names of all projections and sagas */
  static of(platform: Platform, followers: readonly string[]): DynamicModule {
    const { mail, detection, deliverability, signIn, openId } = adaptersOf(platform.config);
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot(), PlatformModule.of(platform), AccessModule],
      controllers: [
        HealthEndpoint,
        ...(platform.config.roles.has('api') ? slices.flatMap(({ endpoints }) => endpoints) : []),
      ],
      providers: [
        ...slices.flatMap(({ handlers, services = [] }) => [...handlers, ...services]),
        { provide: ListedMail, useClass: AllListed },
        { provide: FolderMail, useClass: FoldersWithMail },
        { provide: ShownDrafts, useExisting: DraftRows },
        { provide: HeldWork, useExisting: OutboxHold },
        { provide: MailServers, useValue: mail },
        { provide: ServerDetection, useValue: detection },
        { provide: Deliverability, useValue: deliverability },
        { provide: SignInProviders, useValue: signIn },
        { provide: OpenIdProvider, useValue: openId },
        MessageReader,
        MessageWriter,
        { provide: ConnectionNews, useFactory: (decide: Decide) => new ConnectionNews(decide), inject: [Decide] },
        MailLogins,
        RecentMail,
        OwnAddresses,
        AttemptCounts,
        LateRecords,
        SharedLimits,
        Quotas,
        { provide: FOLLOWERS, useValue: new Set(followers) },
        { provide: Refusals, useClass: RefusedAttempts },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: Idempotency },
        { provide: APP_INTERCEPTOR, useClass: SignedCursors },
        { provide: APP_INTERCEPTOR, useClass: ReadPosition },
        { provide: APP_INTERCEPTOR, useClass: UnbuiltReadModels },
      ],
    };
  }
}

/**
 * Adapters to other servers. Without configured name servers, the resolver of the system looks up mail servers: it also
 * knows names outside the DNS.
 */
function adaptersOf({ allowPrivateMailHosts: allowPrivate, mailDnsServers, mailWorld, mailSignIn, openId }: Config) {
  const { ca, patience = 1 } = mailWorld ?? {};
  const dns = (): MailDns => new MailDns(mailDnsServers, patience);
  const guard = new OutboundGuard({ allowPrivate, ...(mailDnsServers.length > 0 ? { lookup: dns().addresses } : {}) });
  return {
    mail: new MailServers(guard, ca),
    signIn: new SignInProviders(mailSignIn, guardedFetch(guard, ca)),
    openId: new OpenIdProvider(openId, guardedFetch(guard, ca)),
    deliverability: new Deliverability(dns, DELIVERABILITY_MS * patience),
    detection: new ServerDetection({
      dns,
      ports: { ...USUAL_PORTS, ...mailWorld?.ports },
      allowPrivate,
      ca,
      limits: usualLimits(patience),
    }),
  };
}
