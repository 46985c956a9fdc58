import './account.css';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, PenLine, Plus, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../shared/button.js';
import { compose } from '../shared/compositions.js';
import { useMe } from '../shared/me.js';
import { Shown } from '../shared/shown.js';
import { StatusBadge } from '../shared/status-badge.js';
import { AccountMenu } from './account-menu.js';
import { type Account, accountQuery } from './account-queries.js';
import type { Tab } from './account-search.js';
import { AutoresponderTab } from './autoresponder-tab.js';
import { signInFor } from '../shared/mailbox-sign-in.js';
import { useStatusWords } from '../shared/status-words.js';
import { FetchButton } from './fetch-button.js';
import { FoldersTab } from './folders-tab.js';
import { HistoryTab } from './history-tab.js';
import { RelatedTab } from './related-tab.js';
import { SettingsTab } from './settings-tab.js';
import { SignatureTab } from './signature-tab.js';

const route = getRouteApi('/accounts/$id');

export function AccountScreen(): ReactNode {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id));
  return <main className="screen account">{<Shown of={account}>{(data) => <Opened account={data} />}</Shown>}</main>;
}

function Opened({ account }: { account: Account }): ReactNode {
  const { t } = useLingui();
  const me = useMe();
  const { tab = 'settings' } = route.useSearch();
  const { id, address, name, status, signInUrl, sendOnly } = account;
  const why = useStatusWords().of(account);
  const reads = me.role !== 'auditor';
  const mayManage = me.role === 'administrator' || account.owner === me.id;
  const tabs: [Tab, string, boolean][] = [
    ['settings', t`Settings`, true],
    ['signature', t`Signature and header`, true],
    ['folders', t`IMAP folders`, reads],
    ['autoresponder', t`Autoresponder`, true],
    ['related', t`Related`, reads],
    ['history', t`Change history`, mayManage || me.role === 'auditor'],
  ];
  const boxes = [
    ...(sendOnly ? [] : [['received', t`Received`] as const]),
    ['sent', t`Sent`] as const,
    ['draft', t`Drafts`] as const,
  ];
  return (
    <>
      <header className="account-head">
        <Link to="/accounts" className="button quiet only-icon" aria-label={t`All accounts`}>
          <ArrowLeft size={18} aria-hidden />
        </Link>
        <div className="account-title">
          <h1>{address}</h1>
          <p className="soft">{name}</p>
        </div>
        <StatusBadge status={status} />
        <span className="gap" />
        {reads && !sendOnly && <FetchButton accountId={id} />}
        {reads && status !== 'removed' && (
          <Button
            icon={<PenLine size={16} aria-hidden />}
            onPress={() => compose({ kind: 'new', accountId: id })}
          >{t`Write`}</Button>
        )}
        {reads && (
          <Link to="/accounts" search={{ add: true }} className="button go">
            <Plus size={17} aria-hidden />
            {t`Add`}
          </Link>
        )}
        {mayManage && reads && <AccountMenu account={account} />}
      </header>
      <div className="account-body">
        {why !== undefined && (
          <div className="notice bad">
            <TriangleAlert size={18} aria-hidden />
            <div>
              <p>{why}</p>
              {account.statusCause !== null && account.statusCause.detail !== '' && (
                <details>
                  <summary>{t`Technical report`}</summary>
                  <p lang="en">{account.statusCause.detail}</p>
                </details>
              )}
            </div>
            {signInUrl !== null && mayManage && (
              <a className="button small" href={signInFor(signInUrl, id)}>
                {account.statusCause?.reason === 'sign-in-ran-out' ? t`Sign in again` : t`Sign in`}
              </a>
            )}
          </div>
        )}
        <nav className="tabs" aria-label={t`Parts of the account`}>
          {tabs
            .filter(([, , shown]) => shown)
            .map(([each, label]) => (
              <Link
                key={each}
                to="."
                search={{ tab: each }}
                replace
                activeProps={{}}
                aria-current={tab === each ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          {reads &&
            boxes.map(([box, label]) => (
              <Link key={box} to="/mail" search={{ account: id, box }}>
                {label}
              </Link>
            ))}
        </nav>
        {tab === 'settings' && <SettingsTab account={account} editable={mayManage && reads} />}
        {tab === 'signature' && <SignatureTab account={account} editable={mayManage && reads} />}
        {tab === 'folders' && <FoldersTab accountId={id} />}
        {tab === 'autoresponder' && <AutoresponderTab account={account} editable={mayManage && reads} />}
        {tab === 'related' && <RelatedTab accountId={id} />}
        {tab === 'history' && <HistoryTab account={account} mayRevert={mayManage && reads} />}
      </div>
    </>
  );
}
