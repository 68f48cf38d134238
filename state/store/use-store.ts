import type { Result } from '../../core/result.js';
import { stateLocation } from './location.js';
import { withState } from './open-state.js';
import type { Access } from './open-state.js';
import type { State } from './state.js';

/** Opens the store that the environment names, for one command; `command` is shown to others that find it in use. */
export async function useStore<T>(
  env: Readonly<Record<string, string | undefined>>,
  { access, command }: { readonly access: Access; readonly command: string },
  action: (state: State) => Promise<Result<T>>,
): Promise<Result<T>> {
  const location = stateLocation(env, process.cwd());
  if (!location.ok) return location;
  const done = await withState(location.value, { access, purpose: `aws2openstack ${command}` }, action);
  return done.ok ? done.value : done;
}
