import { OutgoingBody, TimedBody } from '../sending/outgoing-body.js';

/** Content of a new draft, which may be incomplete. */
export class CreateDraftBody extends OutgoingBody {}

/** Whole content of a draft; fields that are left out are empty. */
export class SaveDraftBody extends OutgoingBody {}

/** Changes of the draft before it is sent: a field that is left out stays as it is stored. */
export class SendDraftBody extends TimedBody {}
