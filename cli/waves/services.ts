import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { TargetCapacity } from '../../waves/plan/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';
import { openStackWaves } from './openstack-services.js';

export interface WaveServices {
  readonly services: readonly MigrationService[];
  /** Asks the target what is free; null where none can be asked. */
  readonly capacity: TargetCapacity | null;
  /** Ends what is under way in this process; another worker goes on with it. */
  readonly close: () => Promise<void>;
}

/** The migration services that the environment has what they need for. Asks nobody yet. */
export function waveServices(env: Readonly<Record<string, string | undefined>>): Result<WaveServices> {
  const openstack = openStackWaves(env);
  if (!openstack.ok) return openstack;
  return ok(openstack.value ?? { services: [], capacity: null, close: () => Promise.resolve() });
}

export function noServices(): Diagnostic {
  return diagnostic({
    code: 'wave-no-service',
    message: 'No migration service is configured here, so no machine can be moved.',
    fix: 'Set OS_CLOUD, or the OS_* variables, and what docs/waves/sources.md names for the sources; then start the worker again.',
  });
}
