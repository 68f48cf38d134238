import type { Memory } from '../machines/machine-record.js';
import type { WaveStore } from '../machines/wave-store.js';
import type { DnsService } from '../dns/dns-service.js';
import type { Machine, MigrationService } from '../services/migration-service.js';

/** The connections to the outside that the steps need. */
export interface StepPorts {
  readonly store: WaveStore;
  /** The first that serves a payload is taken. */
  readonly services: readonly MigrationService[];
  /** Each hears of every machine that was cut over, finalized, rolled back or refused, or that needs somebody. */
  readonly notifiers: readonly Notifier[];
  /** Where names of machines are moved at the cutover; without it, machines with `dns` are refused. */
  readonly dns?: DnsService | undefined;
  /** Names who does the work, such as a worker or a function's request. */
  readonly holder: string;
  now(): Date;
  log(level: 'info' | 'warn' | 'error', message: string, fields: Memory): void;
}

/** A callback, a topic, a CMDB. */
export interface Notifier {
  readonly name: string;
  /** Whether it is told of this at all. @default always */
  wants?(notification: Notification, machine: Machine): boolean;
  /** Returns when it was delivered, or when nobody wants it. Throws a TransientError when it may be tried again. */
  notify(notification: Notification, signal: AbortSignal, machine: Machine): Promise<void>;
}

export interface Notification {
  /** The same for the same event of a machine, so that who gets it twice can tell. */
  readonly id: string;
  readonly type: NotificationType;
  /** ISO 8601. */
  readonly at: string;
  readonly migrationId: string;
  readonly correlationId: string;
  readonly appName: string;
  readonly wave: string;
  readonly environment: string;
  readonly targetVmName: string;
  readonly status: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly callbackUrl?: string;
}

export type NotificationType =
  | 'machine.rejected'
  | 'machine.cut-over'
  | 'machine.finalized'
  | 'machine.rolled-back'
  | 'machine.rollback-failed'
  | 'machine.needs-attention';
