import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { unknownMachine } from '../../waves/machines/index.js';
import type { MachineSummary, WaveStore } from '../../waves/machines/index.js';

/** How people name machines; each may be given several times. */
export interface MachineNames {
  readonly machine: readonly string[];
  readonly app: readonly string[];
  readonly wave: readonly string[];
}

export function isNamed({ machine, app, wave }: MachineNames): boolean {
  return machine.length + app.length + wave.length > 0;
}

/** Every machine that is named, once, by migrationId. Fails where a name means none. */
export async function findMachines(store: WaveStore, names: MachineNames): Promise<Result<readonly MachineSummary[]>> {
  const found = new Map<string, MachineSummary>();
  const missing: string[] = [];
  const add = async (what: string, machines: AsyncIterable<MachineSummary>): Promise<void> => {
    let count = 0;
    for await (const machine of machines) {
      found.set(machine.migrationId, machine);
      count += 1;
    }
    if (count === 0) missing.push(what);
  };
  for (const id of names.machine) {
    const machine = await store.read(id);
    if (machine === undefined) missing.push(`machine ${id}`);
    else found.set(id, machine);
  }
  for (const app of names.app) await add(`application ${app}`, store.byApp(app));
  for (const wave of names.wave) await add(`wave ${wave}`, store.byWave(wave));
  if (missing.length > 0) return fail(missing.map(unknownMachine));
  const sorted = [...found.values()].sort((a, b) => (a.migrationId < b.migrationId ? -1 : 1));
  return ok(sorted);
}
