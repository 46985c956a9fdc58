import { folded, type NamedRole, namesOf, roleOfName } from './folder-names.js';
import { rolesOf } from './folder-roles.js';

const folder = (path: string, ...flags: string[]) => ({
  ...{ path, delimiter: '/', flags },
  named: roleOfName(path.split('/').at(-1)!),
});
const roles = (...folders: ReturnType<typeof folder>[]) => [...rolesOf(folders).values()];

describe('the role of a name', () => {
  it.each<[NamedRole, string]>([
    ['sent', 'Sent|SENT ITEMS|sent-mail|Elementy wysłane|Poczta wysłana|Wyslane|Wysłane|Gesendete Objekte|Gesendet'],
    ['sent', 'Éléments envoyés|Elements envoyes|Enviados|Posta inviata|Verzonden items|Itens enviados|Odeslaná pošta'],
    ['sent', 'Odoslaná pošta|Надіслані|Отправленные|Skickade objekt|Sendte elementer|Sendt e-post|Lähetetyt kohteet'],
    ['sent', 'Elküldött elemek|Elemente trimise|Gönderilmiş Öğeler|GÖNDERİLMİŞ ÖĞELER|INBOX.Sent'],
    ['drafts', 'Drafts|Robocze|Kopie robocze|Wersje robocze|Szkice|Entwürfe|Brouillons|Borradores|Bozze|Concepten'],
    [
      'drafts',
      'Rascunhos|Rozepsané|Rozpísané|Чернетки|Черновики|Utkast|Kladder|Luonnokset|Piszkozatok|Ciorne|Taslaklar',
    ],
    [
      'trash',
      'Trash|Kosz|Elementy usunięte|Elementy usuniete|Papierkorb|Gelöschte Elemente|Corbeille|Papelera|Cestino',
    ],
    ['trash', 'Prullenbak|Lixeira|Koš|Kôš|Кошик|Корзина|Papperskorgen|Papirkurv|Slettede elementer|Roskakori|Lomtár'],
    ['trash', 'Elemente șterse|Çöp Kutusu|Deleted Messages'],
    [
      'junk',
      'Spam|SPAM|Junk E-mail|Wiadomości-śmieci|Wiadomosci smieci|Śmieci|Niechciana poczta|Kwarantanna|Spamverdacht',
    ],
    ['junk', 'Junk-E-Mail|Courrier indésirable|Correo no deseado|Posta indesiderata|Ongewenste e-mail|Lixo eletrônico'],
    ['junk', 'Nevyžádaná pošta|Nevyžiadaná pošta|Небажана пошта|Нежелательная почта|Спам|Skräppost|Uønsket post'],
    ['junk', 'Søppelpost|Roskaposti|Levélszemét|Mesaje nedorite|Önemsiz E-posta|Bulk Mail'],
    [
      'archive',
      'Archive|Archiwum|Archiv|Archives|Archivio|Archief|Arquivo|Archív|Архів|Архив|Arkiv|Arkisto|Arhivă|Arşiv',
    ],
  ])('is %s for %s', (role, names) => {
    for (const name of names.split('|')) expect([name, roleOfName(name)]).toEqual([name, role]);
  });

  it.each([
    'Spam Kowalski',
    'Wysłane faktury',
    'Kosztorysy',
    'Not spam',
    'Sent to clients',
    'Archiwum Spamu',
    'Work',
    '',
  ])('is none for %j: only whole names count', (name) => expect(roleOfName(name)).toBeNull());

  it('is the same in any case, without accents and with other separators', () =>
    expect(folded('INBOX.Éléments_ENVOYÉS')).toBe(folded('elements-envoyes')));

  it('is one role for each name', () => {
    const all = (['sent', 'drafts', 'trash', 'junk', 'archive'] as const).flatMap((role) => [...namesOf(role)]);
    expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
  });
});

describe('the roles of all folders', () => {
  it('come from SPECIAL-USE and from names, for many folders each', () =>
    expect(roles(folder('INBOX'), folder('Out', '\\SENT'), folder('Wysłane'), folder('Spam'), folder('Work'))).toEqual([
      'inbox',
      'sent',
      'sent',
      'junk',
      null,
    ]));

  it('come from SPECIAL-USE rather than from the name', () =>
    expect(roles(folder('Trash', '\\HasNoChildren', '\\Archive'), folder('Sent', '\\All'))).toEqual([
      'archive',
      'all',
    ]));

  it('are trash and junk below trash and junk, and sent below sent mail', () =>
    expect(
      roles(
        folder('Trash'),
        folder('Trash/Sent'),
        folder('Trash/a/b'),
        folder('Spam/2026'),
        folder('Sent/2026'),
        folder('Sent/Spam'),
        folder('Spam'),
        folder('Sent'),
        folder('Trash/Kept', '\\Archive'),
        folder('INBOX/Work'),
      ),
    ).toEqual(['trash', 'trash', 'trash', 'junk', 'sent', 'junk', 'junk', 'sent', 'archive', null]));
});
