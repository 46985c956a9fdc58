import { names as libraryNames } from 'imapflow/lib/special-use.js';

export type NamedRole = 'sent' | 'drafts' | 'trash' | 'junk' | 'archive';

const libraryRoles: Record<NamedRole, string> = {
  sent: '\\Sent',
  drafts: '\\Drafts',
  trash: '\\Trash',
  junk: '\\Junk',
  archive: '\\Archive',
};

/**
 * Whole names of folders by role and language, separated by `|`, beside those of imapflow (some 750 names in 90
 * languages, from the translations of mail programs). Sources: the translations of Roundcube (`program/localization`),
 * the folders that Exchange and Outlook, Gmail, Apple Mail and Thunderbird create in these languages, and those of
 * webmails and filters (`Spamverdacht` of GMX, `Kwarantanna`). Words with another everyday meaning are left out: mail
 * in a folder that is taken for junk by mistake would not be fetched.
 */
const ownNames: Record<NamedRole, string> = {
  sent: `
    en: Sent | Sent Items | Sent Messages | Sent Mail | Sent Mails | Sent Email | Sent E-mail
    pl: Wysłane | Elementy wysłane | Poczta wysłana | Wiadomości wysłane | Wysłane wiadomości | Wysłane elementy |
        Wysłana poczta
    de: Gesendet | Gesendete Elemente | Gesendete Objekte | Gesendete Nachrichten | Gesendete E-Mails |
        Gesendete Mails
    fr: Envoyés | Éléments envoyés | Messages envoyés | Courrier envoyé | Objets envoyés | Envoyé |
        E-mails envoyés
    es: Enviado | Enviados | Elementos enviados | Mensajes enviados | Correo enviado | Correos enviados
    it: Inviata | Inviate | Inviati | Posta inviata | Elementi inviati | Messaggi inviati
    nl: Verzonden | Verzonden items | Verzonden berichten | Verzonden e-mail | Verstuurd
    pt: Enviado | Enviados | Enviadas | Itens enviados | Elementos enviados | Mensagens enviadas | Correio enviado |
        E-mails enviados
    cs: Odeslané | Odeslaná pošta | Odeslané položky | Odeslané zprávy | Odesláno
    sk: Odoslané | Odoslaná pošta | Odoslané položky | Odoslané správy
    uk: Надіслані | Відправлені | Відіслані | Надіслані листи | Відправлені листи | Надіслане | Відправлено
    ru: Отправленные | Отправленные письма | Отправленные сообщения | Отправленные элементы | Отправлено
    sv: Skickat | Skickade | Skickade objekt | Skickade meddelanden | Skickad e-post | Skickade mail
    da: Sendt | Sendte | Sendt post | Sendte elementer | Sendte beskeder | Sendte mails | Sendt mail
    no: Sendt | Sendte | Sendte elementer | Sendte objekter | Sendt e-post | Sendte meldinger
    fi: Lähetetyt | Lähetetyt viestit | Lähetetyt kohteet | Lähetetty | Lähetetyt sähköpostit
    hu: Elküldött | Elküldött elemek | Elküldött üzenetek | Elküldött levelek | Elküldöttek | Küldöttek
    ro: Trimise | Trimis | Elemente trimise | Mesaje trimise | E-mailuri trimise
    tr: Gönderilmiş | Gönderilenler | Gönderilen | Gönderilmiş Öğeler | Gönderilmiş Postalar | Gönderilen Postalar |
        Gönderilmiş İletiler
  `,
  drafts: `
    en: Draft | Drafts | Draft Messages
    pl: Robocze | Kopie robocze | Wersje robocze | Wiadomości robocze | Szkice | Szkice wiadomości | Brudnopisy
    de: Entwürfe | Nachrichtenentwürfe
    fr: Brouillons
    es: Borradores
    it: Bozze
    nl: Concepten
    pt: Rascunhos
    cs: Koncepty | Rozepsané | Rozepsaná pošta | Rozepsané zprávy
    sk: Koncepty | Rozpísané | Rozpísané správy | Rozpracované
    uk: Чернетки
    ru: Черновики
    sv: Utkast
    da: Kladder | Udkast
    no: Kladd | Kladder | Utkast
    fi: Luonnokset
    hu: Piszkozatok | Vázlatok
    ro: Ciorne | Schițe | Mesaje nefinalizate
    tr: Taslak | Taslaklar
  `,
  trash: `
    en: Trash | Bin | Trash Bin | Deleted | Deleted Items | Deleted Messages | Deleted Mail
    pl: Kosz | Usunięte | Elementy usunięte | Usunięte elementy | Wiadomości usunięte | Poczta usunięta | Śmietnik
    de: Papierkorb | Gelöscht | Gelöschte Elemente | Gelöschte Objekte | Gelöschte Nachrichten | Gelöschte E-Mails
    fr: Corbeille | Poubelle | Supprimés | Éléments supprimés | Messages supprimés | Objets supprimés
    es: Papelera | Papelera de reciclaje | Eliminados | Elementos eliminados | Mensajes eliminados |
        Correo eliminado
    it: Cestino | Eliminata | Eliminati | Posta eliminata | Elementi eliminati | Messaggi eliminati
    nl: Prullenbak | Prullenmand | Verwijderd | Verwijderde items | Verwijderde berichten
    pt: Lixeira | Lixo | Reciclagem | Itens excluídos | Itens eliminados | Excluídos | Eliminados |
        Mensagens excluídas | Mensagens eliminadas
    cs: Koš | Odstraněné | Odstraněná pošta | Odstraněné položky | Smazané | Smazané zprávy | Smazaná pošta
    sk: Kôš | Odstránené | Odstránená pošta | Odstránené položky | Odpadkový kôš | Zmazané | Vymazané |
        Vymazané správy
    uk: Кошик | Смітник | Видалені | Видалені листи | Видалене
    ru: Корзина | Удаленные | Удалённые | Удаленные письма | Удаленные сообщения | Удаленные элементы
    sv: Papperskorg | Papperskorgen | Borttaget | Borttagna | Borttagna objekt | Raderade | Raderat
    da: Papirkurv | Papirkurven | Slettet | Slettet post | Slettede | Slettede elementer | Slettede beskeder
    no: Papirkurv | Papirkorg | Søppelkurv | Slettet | Slettede | Slettede elementer | Slettede objekter |
        Slettede meldinger
    fi: Roskakori | Poistetut | Poistetut viestit | Poistetut kohteet
    hu: Kuka | Lomtár | Törölt | Törölt elemek | Törölt üzenetek | Törölt levelek
    ro: Coș de gunoi | Coș de reciclare | Gunoi | Șterse | Elemente șterse | Mesaje șterse
    tr: Çöp | Çöp Kutusu | Silinmiş | Silinenler | Silinmiş Öğeler | Silinmiş Postalar | Silinmiş İletiler
  `,
  junk: `
    en: Junk | Junk Mail | Junk E-mail | Spam | Spam Mail | Bulk Mail | Quarantine | Probably Spam |
        Suspected Spam
    pl: Spam | Śmieci | Wiadomości-śmieci | Niechciane | Niechciana poczta | Niechciane wiadomości |
        Poczta niechciana | Kwarantanna | Podejrzenie spamu
    de: Spam | Spamverdacht | Spam-Verdacht | Junk-E-Mail | Junk-Verdacht | Unerwünscht | Unerwünschte E-Mails |
        Quarantäne
    fr: Indésirable | Indésirables | Courrier indésirable | Messages indésirables | Pourriel | Pourriels | Spams |
        Quarantaine
    es: No deseado | Correo no deseado | Correo basura | Correo electrónico no deseado | Basura | Cuarentena
    it: Indesiderata | Posta indesiderata | Messaggi indesiderati | Quarantena
    nl: Ongewenst | Ongewenste e-mail | Ongewenste berichten | Ongewenste post | Quarantaine
    pt: Lixo eletrônico | Lixo eletrónico | Lixo electrónico | Correio electrónico não solicitado |
        Correio não solicitado | Indesejado | Quarentena
    cs: Nevyžádaná | Nevyžádaná pošta | Nevyžádané | Karanténa
    sk: Nevyžiadaná pošta | Nevyžiadané | Nevyžiadané správy | Karanténa
    uk: Спам | Небажана пошта | Небажані | Небажана електронна пошта | Карантин
    ru: Спам | Нежелательная почта | Нежелательные | Сомнительные | Карантин
    sv: Skräp | Skräppost | Karantän
    da: Uønsket | Uønsket post | Uønsket mail | Uønsket e-mail | Uønskede mails | Karantæne
    no: Søppelpost | Uønsket | Uønsket e-post | Karantene
    fi: Roskaposti | Roskapostit | Roskapostiviestit | Karanteeni
    hu: Levélszemét | Kéretlen | Kéretlen levelek | Szemét | Karantén
    ro: Nesolicitate | Mesaje nesolicitate | Mesaje nedorite | E-mail nedorit | Carantină
    tr: Önemsiz | Önemsiz E-posta | Gereksiz | Gereksiz E-posta | İstenmeyen | İstenmeyen E-posta |
        İstenmeyen Posta | Karantina
  `,
  archive: `
    en: Archive | Archives | Archived
    pl: Archiwum | Archiwa | Zarchiwizowane
    de: Archiv | Archive | Archiviert
    fr: Archives | Archivés
    es: Archivo | Archivos | Archivados
    it: Archivio | Archivi | Archiviati
    nl: Archief | Gearchiveerd
    pt: Arquivo | Arquivos | Arquivado | Arquivados
    cs: Archiv | Archivované
    sk: Archív | Archivované
    uk: Архів | Архіви
    ru: Архив | Архивы
    sv: Arkiv | Arkiverat | Arkiverade
    da: Arkiv | Arkiveret
    no: Arkiv | Arkivert
    fi: Arkisto | Arkistoidut
    hu: Archívum | Archivált
    ro: Arhivă | Arhive | Arhivate
    tr: Arşiv | Arşivler
  `,
};

/** Letters that Unicode does not decompose into a base letter and marks. */
const LETTERS: Record<string, string> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe' };

/** One spelling for all cases, accents and separators; `INBOX.` before the name is left out. */
export const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\u200e\u200f]/gu, '')
    .replace(/[łøđıßæœ]/g, (letter) => LETTERS[letter]!)
    .replace(/[\s._-]+/g, ' ')
    .trim()
    .replace(/^inbox[ /]/, '');

/** Role to folded names. */
export const namesOf = (role: NamedRole): Set<string> =>
  new Set(
    [
      ...(libraryNames[libraryRoles[role]] ?? []),
      ...ownNames[role].split('\n').flatMap((line) => line.replace(/^ *\w\w:/, '').split('|')),
    ]
      .map(folded)
      .filter(Boolean),
  );

const roleByName = new Map(
  (Object.keys(libraryRoles) as NamedRole[]).flatMap((role) => [...namesOf(role)].map((name) => [name, role] as const)),
);

/** The role of a folder with this name, by the whole name; null for a name without a usual meaning. */
export const roleOfName = (name: string): NamedRole | null => roleByName.get(folded(name)) ?? null;
