import { done, type Recorded, type Requests } from './requests.js';
import { waitUntil } from './wait-until.js';

export interface Fetched {
  id: string;
  state: 'running' | 'done' | 'failed';
  found: number;
  received: number;
  skipped: number;
  failed: number;
  reason: string | null;
  folders: { path: string; found: number; done: number; failed: string | null; detail: string | null }[];
}

export interface FolderGaps {
  path: string;
  role: string | null;
  fetched: boolean;
  onServer: number | null;
  received: number;
  skipped: { reason: string; count: number; uids: string }[];
  failed: { reason: string; count: number; uids: string }[];
  outstanding: number;
  failedReason: string | null;
}

export interface MessageSummary {
  id: string;
  accountId: string;
  box: 'received' | 'sent' | 'draft';
  folderId: string;
  messageId: string | null;
  threadId: string;
  from: { name: string; address: string } | null;
  subject: string | null;
  receivedAt: string;
  size: number;
  seen: boolean;
  attachments: { index: number; filename: string | null; contentType: string; size: number; inline: boolean }[];
  contactId: string | null;
  taskId: string | null;
  parsed: boolean;
}

export interface OpenMessage extends MessageSummary {
  html: string | null;
  text: string | null;
  content: string;
}

interface Ports {
  imapPort: number;
  smtpPort: number;
}

const onLoopback = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });

/** The body of `POST /accounts`. */
export const accountOn = (
  { imapPort, smtpPort }: Ports,
  address: string,
  password: string,
  settings: object = {},
): Record<string, unknown> => ({
  address,
  password,
  incoming: onLoopback(imapPort),
  outgoing: onLoopback(smtpPort),
  ...settings,
});

export const addAccount = async (by: Requests, body: object, query = ''): Promise<Recorded> =>
  done(await by.post<Recorded>(`/api/accounts${query}`, body));

/** Starts a fetch, as the button does. */
export const startFetch = async (by: Requests, accountId: string): Promise<{ fetchId: string; position: string }> =>
  done(await by.post<{ fetchId: string; position: string }>(`/api/accounts/${accountId}/fetch`));

/** Waits for the end of the fetch. */
export const endOf = (by: Requests, started: { fetchId: string; position: string }): Promise<Fetched> =>
  waitUntil(
    async () => done(await by.after(started).get<Fetched>(`/api/fetches/${started.fetchId}`)),
    ({ state }) => state !== 'running',
  );

/** Starts a fetch and waits for its end. */
export const fetchMail = async (by: Requests, accountId: string): Promise<Fetched> =>
  endOf(by, await startFetch(by, accountId));

export const gapsOf = async (by: Requests, accountId: string): Promise<FolderGaps[]> =>
  done(await by.get<{ items: FolderGaps[] }>(`/api/accounts/${accountId}/gaps`)).items;
