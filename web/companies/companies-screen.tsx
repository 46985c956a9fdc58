import { useLingui } from '@lingui/react/macro';
import { Building2, Pencil, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, ask, type Schemas } from '../shared/api.js';
import { Avatar } from '../shared/avatar.js';
import { Button } from '../shared/button.js';
import { IconButton } from '../shared/icon-button.js';
import { ListScreen } from '../shared/list-screen.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { TextField } from '../shared/text-field.js';
import { useCommand } from '../shared/use-command.js';

type Company = Schemas['CompanyAnswer'];

export function CompaniesScreen(): ReactNode {
  const { t } = useLingui();
  const [edited, setEdited] = useState<Company | 'new'>();
  return (
    <>
      <ListScreen
        title={t`Companies`}
        queryKey={['companies']}
        load={(given, signal) =>
          ask(api.GET('/api/companies', { params: { query: { sort: 'name', ...given } }, signal }))
        }
        searches
        columns={[t`Name`, t`Domain`, '']}
        row={(company: Company) => (
          <tr key={company.id}>
            <td>
              <span className="named">
                <Avatar name={company.name ?? '?'} size={32} />
                <strong>{company.name}</strong>
              </span>
            </td>
            <td className="soft">{company.domain}</td>
            <td className="number">
              <IconButton
                small
                label={t`Edit ${company.name ?? ''}`}
                icon={<Pencil size={16} />}
                onPress={() => setEdited(company)}
              />
            </td>
          </tr>
        )}
        empty={{
          icon: <Building2 size={22} />,
          title: t`There is no company yet`,
          text: t`A new contact with an address of its company brings the company along.`,
        }}
        action={
          <Button look="go" icon={<Plus size={17} aria-hidden />} onPress={() => setEdited('new')}>{t`Add`}</Button>
        }
      />
      {edited && <CompanyDialog company={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function CompanyDialog({ company, onClose }: { company: Company | undefined; onClose: () => void }): ReactNode {
  const { t } = useLingui();
  const [name, setName] = useState(company?.name ?? '');
  const [domain, setDomain] = useState(company?.domain ?? '');
  const command = useCommand('companies');
  const save = (): void => {
    const given = { name: name.trim(), ...(domain.trim() ? { domain: domain.trim() } : {}) };
    const run = async (): Promise<void> => {
      if (company) {
        const params = { path: { id: company.id } };
        const body = { ...given, domain: domain.trim() || null };
        await ask(api.PATCH('/api/companies/{id}', { params, headers: { 'If-Match': `"${company.revision}"` }, body }));
      } else await ask(api.POST('/api/companies', { body: given }));
      onClose();
    };
    command.run({ run });
  };
  return (
    <ModalDialog title={company ? t`Edit the company` : t`Add a company`} open onClose={onClose}>
      <TextField label={t`Name`} value={name} onChange={setName} />
      <TextField label={t`Domain`} value={domain} onChange={setDomain} placeholder="example.com" />
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button
          look="primary"
          isDisabled={name.trim() === ''}
          isPending={command.pending}
          onPress={save}
        >{t`Save`}</Button>
      </div>
    </ModalDialog>
  );
}
