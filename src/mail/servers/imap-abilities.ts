import type { ImapFlow } from 'imapflow';

/** Extensions that this connection can use. */
export interface Abilities {
  /** changed flags since a mod-sequence (RFC 7162) */
  condstore: boolean;
  /** also expunged UIDs since a mod-sequence (RFC 7162) */
  qresync: boolean;
  /** UID EXPUNGE, and the UIDs of copies (RFC 4315) */
  uidplus: boolean;
  /** RFC 6851 */
  move: boolean;
  /** the status of many folders in one command (RFC 5819) */
  listStatus: boolean;
  /** RFC 2177 */
  idle: boolean;
  /** an id that a message keeps when it moves (RFC 8474) */
  emailId: boolean;
}

export function abilitiesOf({ capabilities, enabled }: ImapFlow): Abilities {
  return {
    condstore: capabilities.has('CONDSTORE') || enabled.has('QRESYNC'),
    // Announced is not enough: the server must have enabled it.
    qresync: enabled.has('QRESYNC'),
    uidplus: capabilities.has('UIDPLUS'),
    move: capabilities.has('MOVE'),
    listStatus: capabilities.has('LIST-STATUS'),
    idle: capabilities.has('IDLE'),
    emailId: capabilities.has('OBJECTID'),
  };
}
