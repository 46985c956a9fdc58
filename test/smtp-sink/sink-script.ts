import type { Socket } from 'node:net';

/** `CONNECT` before the greeting, then the commands; `BLOCK` at the first bytes of a message, `DOT` at its end. */
export interface Step {
  name: 'CONNECT' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'BLOCK' | 'DOT' | 'RSET' | 'QUIT' | (string & {});
  /** without CRLF; of `DOT` the Message-ID */
  line: string;
  /** number of this name in this connection, from 1 */
  nth: number;
  /** number of the connection, from 1 */
  connection: number;
  /** of the client; a script may close it */
  socket: Socket;
  /** of `DOT`: the message as it came, without the stuffing of dots, unless the sink keeps none */
  raw?: Buffer;
}

/** The answer as it stands, '' for silence; undefined: the usual answer. */
export type Script = (step: Step) => string | undefined | Promise<string | undefined>;

/** A message that arrived up to its final dot. */
export interface SinkMessage {
  messageId: string;
  from: string;
  /** recipients that RCPT accepted */
  to: string[];
  /** as it came, without the stuffing of dots; empty with `keepsRaw: false` */
  raw: Buffer;
  /** the answer to the final dot; '' for silence */
  reply: string;
}

/** Where the connections of a sink leave their commands and messages. */
export interface Sink {
  readonly script: Script;
  readonly extensions: readonly string[];
  readonly keepsRaw: boolean;
  readonly commands: string[];
  readonly messages: SinkMessage[];
}
