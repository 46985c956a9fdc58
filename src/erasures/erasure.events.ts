import type { Fact, FactShapes } from '../platform/domain.js';

/** All erasures of one address, named by its HMAC: who was forgotten is not written down. */
export const erasureStream = (addressKey: string): string => `erasure-${addressKey}`;

/** What there was of a person. */
export interface Erased {
  contacts: number;
  messages: number;
  tasks: number;
  blobs: number;
}

/** None of them holds anything personal in clear. */
export type ErasureEvent =
  /** what was on record until then is erased */
  | Fact<'ErasureRequested', { erasureId: string; addressKey: string }>
  /** Decided what it is: from now on nothing that is added to the contact changes it. */
  | Fact<
      'ErasureStarted',
      { erasureId: string; addressKey: string; contactId: string | null; addressKeys: string[]; erased: Erased }
    >
  /** keys destroyed, bytes removed, and on record in each stream concerned */
  | Fact<'PersonErased', { erasureId: string; addressKey: string; erased: Erased }>;

export const erasureFacts: FactShapes<ErasureEvent> = {
  ErasureRequested: { v: 1 },
  ErasureStarted: { v: 1 },
  PersonErased: { v: 1 },
};
