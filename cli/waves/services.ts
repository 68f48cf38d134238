import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { TargetCapacity } from '../../waves/plan/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';

export interface WaveServices {
  readonly services: readonly MigrationService[];
  /** Asks the target what is free; null where none can be asked. */
  readonly capacity: TargetCapacity | null;
}

/** The migration services that the environment has what they need for. */
export function waveServices(): WaveServices {
  return { services: [], capacity: null };
}

export function noServices(): Diagnostic {
  return diagnostic({
    code: 'wave-no-service',
    message: 'No migration service is configured here, so no machine can be moved.',
    fix: 'Set up the target as docs/waves.md says, then start the worker again.',
  });
}
