import type { Fact, FactShapes } from '../platform/domain.js';

/** One kind of attempt of one caller within one hour. */
export const attemptStream = (attemptId: string): string => `attempt-${attemptId}`;

/** Data key of one month: its end makes all network addresses of that month unreadable. */
const attemptKey = (month: string): string => `attempts/${month}`;

export interface Attempt {
  attemptId: string;
  /** `user:<id>`, `token:<id>`; null: an unknown caller */
  by: string | null;
  /** `web`, `api:<token name>` */
  via: string;
  /** method and route, such as `GET /api/accounts/{id}`; null: too many kinds to count apart */
  action: string | null;
  accountId: string | null;
  /** the user of the sign-in, or in the path of the request; null: none */
  userId: string | null;
  /** HTTP status of the answer */
  status: number;
  reason: string;
  /** mail server that refused the login; null: none */
  server: 'incoming' | 'outgoing' | null;
  /** YYYY-MM */
  month: string;
  /** network address; null after its key was destroyed */
  from: string | null;
}

export type AttemptEvent =
  | Fact<'AttemptRefused', Attempt & { times: number }>
  /** written when the count has doubled, so that no caller can fill the log */
  | Fact<'AttemptRepeated', { attemptId: string; times: number }>;

export const attemptFacts: FactShapes<AttemptEvent> = {
  AttemptRefused: { v: 1, personal: { key: ({ month }) => attemptKey(month), fields: ['from'] } },
  AttemptRepeated: { v: 1 },
};
