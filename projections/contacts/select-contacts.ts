import { type ContactRow, contactTables } from './contacts.js';

export type SelectedContact = ContactRow & {
  emails: string[];
  bounces: { address: string; at: string; code: string | null; messageId: string; accountId: string }[];
};

const { contacts, emails, bounces } = contactTables;

/** Column beside those of a contact `row`. */
export const EMAILS_OF_CONTACT = `array(
  select e.email from ${emails.name} e where e."contactId" = row.id and e.email is not null order by e.position
) as emails, array(
  select json_build_object('address', e.email, 'at', b.at, 'code', b.code, 'messageId', b."messageId",
    'accountId', b."accountId")
  from ${emails.name} e join ${bounces.name} b using ("addressKey")
  where e."contactId" = row.id and e.email is not null order by e.position
) as bounces`;
export const SELECT_CONTACT = `select row.*, ${EMAILS_OF_CONTACT} from ${contacts.name} row`;

/** Term for `Filter`; `?`: searched text. */
export const NAME_OR_EMAIL_CONTAINS = `(strpos(lower(row.name), lower(?)) > 0 or exists (
  select from ${emails.name} e where e."contactId" = row.id and strpos(lower(e.email), lower(?)) > 0
))`;
