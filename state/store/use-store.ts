import { printable } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { stateLocation } from './location.js';
import { withState } from './open-state.js';
import type { Access } from './open-state.js';
import { placeOf } from './state.js';
import type { State } from './state.js';

interface UseOptions {
  readonly access: Access;
  readonly command: string;
  /** How long to wait for another process to release the embedded store. @default 0 */
  readonly waitMs?: number;
}

/** Opens the store that the environment names, for one command; `command` is shown to others that find it in use. */
export async function useStore<T>(
  env: Readonly<Record<string, string | undefined>>,
  { access, command, waitMs }: UseOptions,
  action: (state: State) => Promise<Result<T>>,
): Promise<Result<T>> {
  const location = stateLocation(env, process.cwd());
  if (!location.ok) return location;
  const onUpgrade = (pending: readonly string[]): void => {
    const place = printable(placeOf(location.value));
    process.stderr.write(
      `Upgrading the store ${place} (${pending.join(', ')}). Versions of aws2openstack without these migrations refuse it from now on.\n`,
    );
  };
  const purpose = `aws2openstack ${command}`;
  const done = await withState(location.value, { access, purpose, waitMs, onUpgrade }, action);
  return done.ok ? done.value : done;
}
