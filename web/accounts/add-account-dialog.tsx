import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleCheck, Settings2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { EXPLAINED, SETTINGS } from '../shared/account-labels.js';
import { api, ask, type Schemas } from '../shared/api.js';
import { Button } from '../shared/button.js';
import { CheckBox } from '../shared/check-box.js';
import { IconButton } from '../shared/icon-button.js';
import { useMe } from '../shared/me.js';
import { signInFor } from '../shared/mailbox-sign-in.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { type Server, ServerFields } from '../shared/server-fields.js';
import { SwitchField } from '../shared/switch-field.js';
import { TextField } from '../shared/text-field.js';
import { tell } from '../shared/toasts.js';
import { usersQuery } from '../shared/user-queries.js';

type AddAccount = Schemas['AddAccountBody'];
type Switches = Pick<AddAccount, 'sendOnly' | 'createContacts' | 'createTasks' | 'keepServerCopies' | 'notify'>;

const TYPED_MS = 500;
const NAMES = { google: 'Google', microsoft: 'Microsoft' } as const;
const SWITCHES = ['sendOnly', 'createContacts', 'createTasks', 'keepServerCopies', 'notify'] as const;
const NO_SERVER: Server = { host: '', port: 0, security: 'tls' };

export function AddAccountDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t, i18n } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [users, setUsers] = useState<readonly string[]>([]);
  const [detailed, setDetailed] = useState(false);
  const [login, setLogin] = useState('');
  const [incoming, setIncoming] = useState<Server>();
  const [outgoing, setOutgoing] = useState<Server>();
  const [fetchSince, setFetchSince] = useState('');
  const [switches, setSwitches] = useState<Switches>({ keepServerCopies: true, notify: true });
  const people = useQuery({ ...usersQuery, enabled: me.role === 'administrator' }).data ?? [];
  const detected = useDetection(address);
  const found = detected.data;
  const provider = found?.signIn === 'google' || found?.signIn === 'microsoft' ? found.signIn : undefined;

  const add = useMutation({
    mutationFn: ({ signIn, skipTest = false }: { signIn?: 'google' | 'microsoft'; skipTest?: boolean }) =>
      ask(
        api.POST('/api/accounts', {
          params: { query: skipTest ? { skipTest } : {} },
          body: {
            address: address.trim(),
            name: name.trim(),
            ...(signIn ? { signIn } : { password }),
            ...(login ? { login } : {}),
            ...(incoming?.host ? { incoming } : {}),
            ...(outgoing?.host ? { outgoing } : {}),
            ...(users.length > 0 ? { users: [...users] } : {}),
            ...(fetchSince ? { fetchSince } : {}),
            ...switches,
          },
        }),
      ),
    onSuccess: (added) => {
      if (added.signInUrl) return window.location.assign(signInFor(added.signInUrl, added.id!));
      void client.invalidateQueries({ queryKey: ['accounts'] });
      void client.invalidateQueries({ queryKey: ['me'] });
      tell({ text: t`${address.trim()} is connected. Its mail is being fetched.` });
      if (added.id) {
        void ask(api.POST('/api/accounts/{id}/fetch', { params: { path: { id: added.id } } })).catch(() => undefined);
        // The dialog leaves with its screen; closing it would lead back to the list.
        void navigate({ to: '/accounts/$id', params: { id: added.id } });
      } else onClose();
    },
    onError: (error) => {
      if (error instanceof Problem && error.reason === 'settings-not-detected') setDetailed(true);
    },
  });
  const problem = add.error instanceof Problem ? add.error : undefined;
  return (
    <ModalDialog title={t`Add a mail account`} open onClose={onClose} width={detailed ? 640 : 480}>
      <form
        className="add-account"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({});
        }}
      >
        <TextField
          label={t`Address`}
          type="email"
          value={address}
          onChange={setAddress}
          required
          wrong={problem?.field('address') ?? (problem?.reason === 'address-taken' ? problem.message : undefined)}
          autoComplete="off"
        />
        <TextField
          label={t`Name`}
          value={name}
          onChange={setName}
          hint={t`Free text, for your people`}
          autoComplete="off"
        />
        {provider ? (
          <p className="hint">
            {t`Mailboxes at ${NAMES[provider]} sign in on the page of ${NAMES[provider]}; you come back here afterwards.`}
          </p>
        ) : (
          <TextField
            label={found?.signIn === 'app-password' ? t`App password` : t`Password of the mailbox`}
            type="password"
            value={password}
            onChange={setPassword}
            required
            autoComplete="off"
            wrong={problem?.field('password')}
            hint={
              found?.signIn === 'app-password'
                ? t`This provider takes an app password: create one in the security settings of the mailbox.`
                : undefined
            }
          />
        )}
        {people.length > 0 && <Access people={people} value={users} onChange={setUsers} />}
        {found && !detailed && (
          <p className="found">
            <CircleCheck size={16} aria-hidden />
            {t`Servers found: ${found.incoming.host} and ${found.outgoing.host}`}
          </p>
        )}
        {detailed && (
          <div className="set-up">
            <TextField
              label={t`Login`}
              value={login}
              onChange={setLogin}
              placeholder={found?.login ?? address}
              hint={t`The address, unless the server wants another name`}
              autoComplete="off"
            />
            <ServerFields
              title={t`Incoming server (IMAP)`}
              value={incoming ?? found?.incoming ?? NO_SERVER}
              onChange={setIncoming}
            />
            <ServerFields
              title={t`Outgoing server (SMTP)`}
              value={outgoing ?? found?.outgoing ?? NO_SERVER}
              onChange={setOutgoing}
            />
            <TextField
              label={t`Fetch mail since`}
              type="date"
              value={fetchSince}
              onChange={setFetchSince}
              hint={t`Older mail stays on the server and is not fetched. Empty: everything is fetched.`}
            />
            {SWITCHES.map((each) => (
              <SwitchField
                key={each}
                label={i18n._(SETTINGS[each]!)}
                hint={i18n._(EXPLAINED[each]!)}
                value={switches[each] ?? false}
                onChange={(on) => setSwitches({ ...switches, [each]: on })}
              />
            ))}
          </div>
        )}
        {problem && problem.document.errors === undefined && (
          <Refusal problem={problem} onSkip={() => add.mutate({ skipTest: true })} />
        )}
        <div className="add-account-end">
          <IconButton
            label={detailed ? t`Hide the detailed set-up` : t`Detailed set-up: servers, ports, encryption`}
            icon={<Settings2 size={18} />}
            aria-expanded={detailed}
            onPress={() => setDetailed(!detailed)}
          />
          <Button
            type="submit"
            look="go"
            isPending={add.isPending}
            {...(provider ? { type: 'button', onPress: () => add.mutate({ signIn: provider }) } : {})}
          >
            {provider ? t`Continue with ${NAMES[provider]}` : t`Connect`}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

/** Servers of the address, found while it is typed. */
function useDetection(address: string) {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(address.trim().toLowerCase()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [address]);
  return useQuery({
    queryKey: ['detected', asked],
    enabled: /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(asked),
    retry: false,
    queryFn: ({ signal }) => ask(api.POST('/api/accounts/detect', { body: { address: asked }, signal })),
  });
}

interface AccessProps {
  people: readonly Schemas['UserAnswer'][];
  value: readonly string[];
  onChange: (users: readonly string[]) => void;
}

function Access({ people, value, onChange }: AccessProps): ReactNode {
  const { t } = useLingui();
  const users = people.filter(({ role, active }) => role === 'user' && active);
  if (users.length === 0) return null;
  return (
    <fieldset className="access-choice">
      <legend className="field-label">{t`People that may use it`}</legend>
      {users.map(({ id, name, email }) => (
        <CheckBox
          key={id}
          label={name ?? email ?? id}
          value={value.includes(id)}
          onChange={(on) => onChange(on ? [...value, id] : value.filter((each) => each !== id))}
        />
      ))}
    </fieldset>
  );
}

function Refusal({ problem, onSkip }: { problem: Problem; onSkip: () => void }): ReactNode {
  const { t } = useLingui();
  const textOf = useProblemText();
  const { server, signIn } = problem.document;
  const where = server === 'incoming' ? t`Incoming server:` : server === 'outgoing' ? t`Outgoing server:` : '';
  const tried = ['login-refused', 'unreachable', 'server-unreachable'].includes(problem.reason) || server !== undefined;
  return (
    <div className="notice bad" role="alert">
      <div>
        <p>
          {where} {tried ? problem.message : textOf(problem)}
        </p>
        {signIn === 'app-password' && <p>{t`This provider takes an app password instead of the usual one.`}</p>}
        {tried && (
          <p>
            <button type="button" className="link" onClick={onSkip}>{t`Add it anyway, without a test`}</button>
          </p>
        )}
      </div>
    </div>
  );
}
