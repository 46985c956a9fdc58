import type { MailServer } from '../mail-server/mail-server.js';

export const STAYS = 'stays@example.test';
export const MOVES = 'moves@example.test';
export const PASSWORD = 'secret';
/** Dora is erased. */
export const DORA = 'dora@customer.example';
export const USERS = { [STAYS]: PASSWORD, [MOVES]: PASSWORD };
/** Both servers use the same UIDVALIDITYs. */
export const UID_VALIDITY = 1_700_000_000;

const ARRIVED = new Date('2026-01-12T08:00:00Z');

/** @param from name and address */
export function earlierLetter(name: string, from: string, text = `Text of ${name}`): Buffer {
  const head = [
    `Message-ID: <${name.replaceAll(' ', '-')}@example.org>`,
    'Date: Mon, 12 Jan 2026 09:00:00 +0100',
    `From: ${from}`,
    'To: Office <office@example.test>',
    `Subject: ${name}`,
  ];
  return Buffer.from([...head, '', text, ''].join('\r\n'));
}

const KIM = 'Kim <kim@kiosk.example>';
const order = earlierLetter('order', KIM);
const question = earlierLetter('question', KIM);
const note = earlierLetter('note', 'Max <max@mill.example>');
const answer = earlierLetter('answer', `Office <${STAYS}>`);
const draft = (version: number): Buffer => earlierLetter('draft', `Office <${STAYS}>`, `Version ${version}`);

function deliver(server: MailServer, user: string, letters: readonly (readonly [folder: string, raw: Buffer])[]): void {
  for (const [folder, raw] of letters) server.deliver(user, folder, raw, { internalDate: ARRIVED });
}

/**
 * Changes of the mailbox that stays at its server; after each, a release before fetched. The same bytes lie in three
 * folders, and twice in one; a draft has three versions, and a folder gets another UIDVALIDITY.
 */
export const CHANGES: readonly ((server: MailServer) => void)[] = [
  (server) =>
    deliver(server, STAYS, [
      ['INBOX', order],
      ['INBOX', order],
      ['INBOX', question],
      ['INBOX', earlierLetter('private', `Dora <${DORA}>`)],
      ['Archive', order],
      ['Work', order],
      ['Work', note],
      ['Sent', answer],
      ['Drafts', draft(1)],
    ]),
  (server) => {
    server.expunge(STAYS, 'Drafts', 1);
    deliver(server, STAYS, [['Drafts', draft(2)]]);
  },
  (server) => {
    server.expunge(STAYS, 'Drafts', 2);
    deliver(server, STAYS, [['Drafts', draft(3)]]);
    server.changeUidValidity(STAYS, 'Work');
  },
];

/** The mailbox that moves: at its first server, and at its second one, in another order. */
export const MAIL_OF_MOVED: readonly ((server: MailServer) => void)[] = [
  (server) =>
    deliver(server, MOVES, [
      ['INBOX', order],
      ['INBOX', order],
      ['INBOX', question],
    ]),
  (server) =>
    deliver(server, MOVES, [
      ['INBOX', question],
      ['INBOX', order],
      ['INBOX', order],
      ['Archive', order],
    ]),
];

/** Raw bytes of all messages. */
export const LETTERS: readonly Buffer[] = [order, question, note, answer, draft(1), draft(2), draft(3)];
