import type { Fact, FactShapes } from '../platform/domain.js';

/** One kind of attempt of one caller within an hour, however often it was made. */
export const attemptStream = (attemptId: string): string => `attempt-${attemptId}`;

/** Network addresses are sealed under a key of their month, so that they can be forgotten together. */
export const attemptKey = (month: string): string => `attempts/${month}`;

export interface Attempt {
  attemptId: string;
  /** `user:<id>`, `token:<id>`; null: nobody who is known */
  by: string | null;
  /** `web`, `api:<token name>` */
  via: string;
  /** method and route, without what was asked for; null: too many different ones to tell them apart */
  action: string | null;
  accountId: string | null;
  /** whom it was about: who was to sign in, whose user page it was */
  userId: string | null;
  /** of the answer */
  status: number;
  reason: string;
  /** mail server that refused */
  server: 'incoming' | 'outgoing' | null;
  /** YYYY-MM */
  month: string;
  /** network address; null once it has been forgotten */
  from: string | null;
}

export type AttemptEvent =
  | Fact<'AttemptRefused', Attempt & { times: number }>
  /** written when the number has doubled, so that no caller fills the log */
  | Fact<'AttemptRepeated', { attemptId: string; times: number }>;

export const attemptFacts: FactShapes<AttemptEvent> = {
  AttemptRefused: { v: 1, personal: { key: ({ month }) => attemptKey(month), fields: ['from'] } },
  AttemptRepeated: { v: 1 },
};
