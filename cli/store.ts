import type { Result } from '../core/result.js';
import { stateLocation, withState } from '../state/index.js';
import type { Access, State } from '../state/index.js';
import type { CliIo } from './io.js';

/** Opens the store that the environment names, for one command; `command` is what others are told who find it in use. */
export async function useStore<T>(
  io: CliIo,
  { access, command }: { readonly access: Access; readonly command: string },
  action: (state: State) => Promise<Result<T>>,
): Promise<Result<T>> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return location;
  const done = await withState(location.value, { access, purpose: `aws2openstack ${command}` }, action);
  return done.ok ? done.value : done;
}
