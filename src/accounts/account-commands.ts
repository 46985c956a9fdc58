import type { Slice } from '../platform/slice.js';
import { AccountServers } from './account-servers.js';
import { AddAccountEndpoint, AddAccountHandler } from './add-account.js';
import { AddressClaims } from './address-claims.js';
import { PendingMailboxSignIns } from './sign-in/pending-mailbox-sign-ins.js';
import { ChangeManySettingsEndpoint } from './change-many-settings.js';
import { ChangePasswordEndpoint, ChangePasswordHandler } from './change-password.js';
import { ChangeSettingsEndpoint, ChangeSettingsHandler } from './change-settings.js';
import { DeliverabilityThrottle, ShowDeliverabilityEndpoint } from './deliverability/show-deliverability.js';
import { DetectServersEndpoint } from './detection/detect-servers.js';
import { DetectionThrottle } from './detection/detection-throttle.js';
import { EraseSecretsHandler } from './erase-secrets.js';
import { FinishSignInEndpoint, FinishSignInHandler } from './sign-in/finish-sign-in.js';
import { GrantAccessEndpoint, GrantAccessHandler } from './grant-access.js';
import { LoginTrial } from './login-trial.js';
import { PreviewSettingsEndpoint, PreviewSettingsHandler } from './preview/preview-settings.js';
import { RemoveAccountEndpoint, RemoveAccountHandler } from './remove-account.js';
import { RevertSettingsEndpoint, RevertSettingsHandler } from './revert-settings.js';
import { RevokeAccessEndpoint, RevokeAccessHandler } from './revoke-access.js';
import { SetAutoresponderEndpoint } from './set-autoresponder.js';
import { MailFolderSettings } from './mail-folder-settings.js';
import { SettingChanges } from './setting-changes.js';
import { SettleSecrets } from './settle-secrets.js';
import { StartSignInEndpoint } from './sign-in/start-sign-in.js';
import { TestServersEndpoint, TestServersHandler } from './test-servers.js';

export const accountCommands: Slice = {
  endpoints: [
    AddAccountEndpoint,
    ChangeSettingsEndpoint,
    ChangeManySettingsEndpoint,
    SetAutoresponderEndpoint,
    TestServersEndpoint,
    DetectServersEndpoint,
    ShowDeliverabilityEndpoint,
    RevertSettingsEndpoint,
    PreviewSettingsEndpoint,
    ChangePasswordEndpoint,
    GrantAccessEndpoint,
    RevokeAccessEndpoint,
    RemoveAccountEndpoint,
    StartSignInEndpoint,
    FinishSignInEndpoint,
  ],
  handlers: [
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
  ],
  services: [
    MailFolderSettings,
    AddressClaims,
    SettingChanges,
    SettleSecrets,
    LoginTrial,
    PendingMailboxSignIns,
    AccountServers,
    DetectionThrottle,
    DeliverabilityThrottle,
  ],
};
