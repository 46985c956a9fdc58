import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert, X } from 'lucide-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useDeferredValue,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from 'react';
import { Button } from 'react-aria-components/Button';
import { ComboBox, ComboBoxStateContext } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup';
import { FAULTS } from './address-faults.js';
import { suggestionsQuery } from './compose-queries.js';
import { endsRecipient, faultOf, lineOf, peopleIn, type Person, withoutRepeated } from './recipients.js';

interface Props {
  label: string;
  people: readonly Person[];
  onChange: (people: readonly Person[]) => void;
  /** true: the focus begins here */
  isFirst: boolean;
  /** stands behind the field, such as buttons for Cc and Bcc */
  children?: ReactNode;
}

/** Recipients as chips, with suggestions from the contacts while a person types. */
export function RecipientsField({ label, people, onChange, isFirst, children }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const found = useQuery(suggestionsQuery(wanted)).data ?? [];
  const taken = new Set(people.map(({ address }) => address.toLowerCase()));
  const suggestions = wanted.length > 1 ? found.filter(({ address }) => !taken.has(address.toLowerCase())) : [];
  const wrong = people.flatMap((person) => {
    const fault = faultOf(person.address);
    return fault === undefined ? [] : [{ person, fault }];
  });

  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);

  const add = (more: readonly Person[]): void => {
    setText('');
    if (more.length > 0) onChange(withoutRepeated([...people, ...more]));
  };
  const type = (typed: string): void => {
    if (endsRecipient(typed)) add(peopleIn(typed));
    else setText(typed);
  };
  const edit = (person: Person): void => {
    onChange(people.filter((each) => each !== person));
    setText(lineOf(person));
    input.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const chosen = event.currentTarget.getAttribute('aria-activedescendant');
    if (event.key === 'Enter' && !chosen && text.trim() !== '') {
      event.preventDefault();
      add(peopleIn(text));
    } else if (event.key === 'Backspace' && text === '' && people.length > 0) {
      event.preventDefault();
      edit(people.at(-1)!);
    }
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = peopleIn(event.clipboardData.getData('text/plain'));
    if (text.trim() !== '' || !pasted.some(({ address }) => address.includes('@'))) return;
    event.preventDefault();
    add(pasted);
  };

  return (
    <div className="recipients-field">
      <div className="recipients-line">
        <span className="recipients-label" aria-hidden>
          {label}
        </span>
        <div className="recipients-box">
          {people.length > 0 && (
            <TagGroup
              className="recipient-chips"
              aria-label={t`${label}: chosen recipients`}
              onRemove={(keys) => {
                onChange(people.filter(({ address }) => !keys.has(address)));
                input.current?.focus();
              }}
            >
              <TagList className="recipient-chips">
                {people.map((person) => (
                  <RecipientChip key={person.address} person={person} onEdit={() => edit(person)} />
                ))}
              </TagList>
            </TagGroup>
          )}
          <ComboBox
            className="recipients-input"
            allowsCustomValue
            menuTrigger="input"
            inputValue={text}
            items={suggestions.map((person) => ({ id: person.address, person }))}
            value={null}
            onInputChange={type}
            onChange={(key) => {
              const person = suggestions.find(({ address }) => address === key);
              if (person) add([person]);
            }}
          >
            <OpenWhenFound found={suggestions.map(({ address }) => address).join(' ')} />
            <Label className="visually-hidden">{label}</Label>
            <Input
              ref={input}
              autoComplete="off"
              aria-describedby={wrong.length > 0 ? `${id}-wrong` : undefined}
              onKeyDown={press}
              onPaste={paste}
              onBlur={() => {
                if (text.trim() !== '') add(peopleIn(text));
              }}
            />
            <Popover className="popover suggestions" placement="bottom start" offset={6}>
              <ListBox className="menu">
                {({ person }: { id: string; person: Person }) => (
                  <ListBoxItem className="menu-item" id={person.address} textValue={person.name || person.address}>
                    <span className="suggestion">
                      {person.name !== '' && <strong>{person.name}</strong>}
                      <span className="soft">{person.address}</span>
                    </span>
                  </ListBoxItem>
                )}
              </ListBox>
            </Popover>
          </ComboBox>
        </div>
        {children}
      </div>
      {wrong.length > 0 && (
        <div className="wrong recipients-wrong" id={`${id}-wrong`} role="alert">
          {wrong.map(({ person, fault }) => (
            <p key={person.address}>
              {t`“${person.address}” is not a mail address: ${i18n._(FAULTS[fault])}.`}{' '}
              <button type="button" className="link" onClick={() => edit(person)}>{t`Correct`}</button>
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

/** Opens the list once suggestions arrive: the box itself looks for them at the key press alone. */
function OpenWhenFound({ found }: { found: string }): ReactNode {
  const state = useContext(ComboBoxStateContext);
  const open = useEffectEvent(() => {
    if (state?.isFocused && !state.isOpen) state.open(null, 'input');
  });
  useEffect(() => {
    if (found !== '') open();
  }, [found]);
  return null;
}

function RecipientChip({ person, onEdit }: { person: Person; onEdit: () => void }): ReactNode {
  const { t } = useLingui();
  const { name, address } = person;
  const isWrong = faultOf(address) !== undefined;
  return (
    <Tag
      id={address}
      className={isWrong ? 'recipient-chip wrong-chip' : 'recipient-chip'}
      textValue={name ? `${name}, ${address}` : address}
      onAction={onEdit}
    >
      {isWrong && <TriangleAlert size={13} aria-hidden />}
      <span title={address}>{name || address}</span>
      <Button slot="remove" aria-label={t`Remove ${name || address}`}>
        <X size={13} aria-hidden />
      </Button>
    </Tag>
  );
}
