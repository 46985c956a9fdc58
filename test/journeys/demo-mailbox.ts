import { createHash } from 'node:crypto';
import { type DemoMessage, demoMessages } from '../../demo/messages.js';

export const DEMO_ADDRESS = 'anna@example.test';

/** Demo messages that a fetch takes: all except Junk and Trash. */
export const fetchedDemo: readonly DemoMessage[] = demoMessages.filter(
  ({ folder }) => !['Junk', 'Trash'].includes(folder),
);

export const hashOf = (raw: Buffer): string => createHash('sha256').update(raw).digest('hex');

interface Mailbox {
  deliver(
    user: string,
    folder: string,
    raw: Buffer,
    options: { flags: string[]; internalDate: Date },
  ): Promise<number> | number;
}

export async function fillWithDemo(mailbox: Mailbox): Promise<void> {
  for (const { folder, raw, flags, internalDate } of demoMessages)
    await mailbox.deliver(DEMO_ADDRESS, folder, raw, { flags, internalDate });
}

/** Subject of a report of a mail server, which makes no task. */
export const DEMO_REPORT = 'Undelivered Mail Returned to Sender';

/** Senders in the demo that are persons, without example.test, the domain of the account. */
export const DEMO_PEOPLE = [
  'billing@cloud-hosting.example.com',
  'biuro@bilans-rachunki.example',
  'eksport@system-magazynowy.example',
  'elodie@epicerie-du-canal.example',
  'ewa.nowak@hurtownia-lipa.example',
  'j.gross@glaswerk-weser.example',
  'kancelaria@urzad-wymyslowo.example',
  'kasa@sklep-narozny.example',
  'kontakt@portal-transport.example',
  'ktos@sklep-narozny.example',
  'layla@souk-foods.example',
  'm.wojcik@spizarnia-u-gosi.example',
  'marek.zmyslony.0042@gmail.com',
  'nadawca@polaczenie-zerwane.example',
  'oksana@karpatski-yahody.example',
  'pawel.zielinski@hurtownia-lipa.example',
  'skaner@drukarka.example',
  'studio@berry-design.example',
  'tanaka@kudamono.example',
  'tom@ashworth-deli.example',
  'zak@pasieka-zak.example',
  'zofia.wymyslona.4711@gmail.com',
];

/** Domains of the demo that the service counts as free mail. */
export const FREE_MAIL = ['gmail.com', 'example.com'];

/** Domains of `DEMO_PEOPLE` without free mail. */
export const DEMO_COMPANIES = [
  ...new Set(DEMO_PEOPLE.map((address) => address.split('@')[1]!.split('.').slice(-2).join('.'))),
]
  .filter((domain) => !FREE_MAIL.includes(domain))
  .sort();
