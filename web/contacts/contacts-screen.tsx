import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Pencil, Plus, Users } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { Button } from '../shared/button.js';
import { IconButton } from '../shared/icon-button.js';
import { ListScreen } from '../shared/list-screen.js';
import { Bounced } from './bounced.js';
import { ContactDialog } from './contact-dialog.js';

type Contact = Schemas['ContactAnswer'];

export function ContactsScreen(): ReactNode {
  const { t } = useLingui();
  const [edited, setEdited] = useState<Contact | 'new'>();
  return (
    <>
      <ListScreen
        title={t`Contacts`}
        queryKey={['contacts']}
        load={(given, signal) =>
          ask(api.GET('/api/contacts', { params: { query: { sort: 'name', ...given } }, signal }))
        }
        searches
        columns={[t`Name`, t`Addresses`, t`Came from`, '']}
        row={(contact: Contact) => {
          const { id, name, emails, source, bounces } = contact;
          return (
            <tr key={id}>
              <td>
                <span className="named">
                  <Avatar name={name ?? emails[0] ?? '?'} size={32} />
                  <strong>{name}</strong>
                </span>
              </td>
              <td>
                {emails.join(', ')}
                {bounces.map((bounce) => (
                  <Bounced key={bounce.address} bounce={bounce} />
                ))}
              </td>
              <td>
                {source ? (
                  <Link to="/mail" search={{ account: source.accountId, open: source.messageId }}>{t`a mail`}</Link>
                ) : (
                  <span className="soft">{t`added by hand`}</span>
                )}
              </td>
              <td className="number">
                <IconButton
                  small
                  label={t`Edit ${name ?? ''}`}
                  icon={<Pencil size={16} />}
                  onPress={() => setEdited(contact)}
                />
              </td>
            </tr>
          );
        }}
        empty={{
          icon: <Users size={22} />,
          title: t`There is no contact yet`,
          text: t`Accounts with “Create contacts” make a contact of each new sender.`,
        }}
        action={
          <Button look="go" icon={<Plus size={17} aria-hidden />} onPress={() => setEdited('new')}>{t`Add`}</Button>
        }
      />
      {edited && <ContactDialog contact={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}
