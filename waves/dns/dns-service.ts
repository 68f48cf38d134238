import type { RecordContent, RecordKey } from './records.js';

/**
 * The zones that names of machines are in. Names are lower case and have no dot at their end. Throws a TransientError where
 * another attempt may help, and a PrerequisiteError where the service refuses for good.
 */
export interface DnsService {
  /** Such as `designate` or `route53`. */
  readonly name: string;
  /** The quota of an account, where there is one. */
  readonly callsPerSecond?: number;
  /** Why records of the zone cannot be changed here, as a sentence; null where they can be. */
  zoneProblem(zone: string, signal: AbortSignal): Promise<string | null>;
  /** Null where there is no such record set. */
  read(key: RecordKey, signal: AbortSignal): Promise<RecordContent | null>;
  /** Replaces the record set, or removes it (null). The same call again changes nothing. Returns what `progress` is asked with. */
  write(key: RecordKey, content: RecordContent | null, signal: AbortSignal): Promise<string>;
  /** Whether all name servers answer with what was written. */
  progress(ticket: string, signal: AbortSignal): Promise<'active' | 'pending'>;
}
