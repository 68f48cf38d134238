import type { MachineSelection } from '../../actions/machine-action.js';
import { one } from '../../url/address.js';
import type { Query } from '../../url/address.js';

/**
 * The machines that an action is about: those that are chosen, or else all of the wave or the application that is shown.
 * Undefined where the list is filtered otherwise, too: an action would be about machines that it does not show.
 */
export function selectionOf(query: Query, chosen: readonly string[]): MachineSelection | undefined {
  if (chosen.length > 0) return { machines: chosen };
  if (one(query, 'search') !== undefined || one(query, 'statuses') !== undefined) return undefined;
  const [wave, application] = [one(query, 'wave'), one(query, 'application')];
  if (wave !== undefined && application === undefined) return { wave };
  return application !== undefined && wave === undefined ? { application } : undefined;
}
