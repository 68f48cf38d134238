import type { CmdbFields } from '../payload/payload.js';

/** A configuration management database, as far as it says where machines run. */
export interface Cmdb {
  /** Throws a TransientError where another attempt may help, and a PrerequisiteError where the CMDB refuses for good. */
  update(update: CmdbUpdate, signal: AbortSignal): Promise<void>;
}

export interface CmdbUpdate {
  /** Names the machine's record. */
  readonly key: string;
  /** The same for the same update, so that who gets it twice can tell. */
  readonly id: string;
  readonly fields: CmdbFields;
}
