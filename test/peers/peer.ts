/** A mail server of others, with one account. */
export interface Peer {
  port: number;
  stop(): Promise<void>;
}
