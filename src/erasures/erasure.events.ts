import type { Fact, FactShapes } from '../platform/domain.js';

/** All erasures of one address. The key is an HMAC, so that the log does not name the person. */
export const erasureStream = (addressKey: string): string => `erasure-${addressKey}`;

/** Numbers of erased records. */
export interface Erased {
  contacts: number;
  /** absent before erasures of companies */
  companies?: number;
  messages: number;
  tasks: number;
  blobs: number;
}

/** Without personal data. */
export type ErasureEvent =
  /** asks to erase all records before this fact; `otherKeys`: keys of earlier spellings of the address */
  | Fact<'ErasureRequested', { erasureId: string; addressKey: string; otherKeys?: string[] }>
  /** fixes the extent of the erasure: later additions to the contact do not change it */
  | Fact<
      'ErasureStarted',
      {
        erasureId: string;
        addressKey: string;
        contactId: string | null;
        /** further contacts of the person: earlier releases made one for each spelling of an address */
        otherContactIds?: string[];
        /** companies named after domains of the person, unless other contacts belong to them */
        companyIds?: string[];
        addressKeys: string[];
        erased: Erased;
      }
    >
  /** data keys are destroyed, raw bytes removed, and facts written into all affected streams */
  | Fact<'PersonErased', { erasureId: string; addressKey: string; erased: Erased }>;

export const erasureFacts: FactShapes<ErasureEvent> = {
  ErasureRequested: { v: 1 },
  ErasureStarted: { v: 1 },
  PersonErased: { v: 1 },
};
