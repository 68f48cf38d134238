import type { Result } from '../../core/result.js';
import { stateLocation } from './location.js';
import { withState } from './open-state.js';
import type { Access } from './open-state.js';
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
  const done = await withState(location.value, { access, purpose: `aws2openstack ${command}`, waitMs }, action);
  return done.ok ? done.value : done;
}
