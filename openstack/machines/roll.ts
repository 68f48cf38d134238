import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession } from '../session/index.js';
import { isCurrent, readMachines } from './read-machines.js';
import type { Machine } from './read-machines.js';

/** Those that can be missed come first; what all others need comes last. Roles that are not named come in between. */
const order = ['worker', 'runner', 'catalog', 'coordinator', 'lakehouse', 'database'];

const pollMs = 2_000;

/**
 * Lets one machine after the other take the bundle that its metadata names, each when the one before it reports the
 * bundle and healthy services. Stops at the first that does not, so that what is wrong with a bundle stops one machine.
 * Can be run again: machines that have their bundle are passed over. Returns the names of those that changed.
 */
export async function rollMachines(
  session: CloudSession,
  lakehouse: string,
  { timeoutSeconds, say }: { readonly timeoutSeconds: number; readonly say: (line: string) => void },
): Promise<Result<readonly string[]>> {
  const state = await readMachines(session, lakehouse);
  if (!state.ok) return state;
  const waiting = state.value.machines.filter((machine) => !isCurrent(machine)).sort((a, b) => rank(a) - rank(b));
  const done: string[] = [];
  for (const machine of waiting) {
    say(`${machine.name}: ${machine.report?.bundle?.slice(0, 12) ?? 'nothing'} → ${machine.wants.slice(0, 12)} …`);
    const allowed = { bundle: machine.wants, machines: [...done, machine.name] };
    const path = `/${lakehouse}-system/config/roll.json`;
    const headers = { 'Content-Type': 'application/json' };
    const written = await session.send('object-store', path, { method: 'PUT', headers, body: JSON.stringify(allowed) });
    if (!written.ok || written.value.status > 299) return fail([notWritten(path)]);
    const problem = await settled(session, lakehouse, machine, timeoutSeconds);
    if (problem !== null) return fail([problem]);
    done.push(machine.name);
  }
  return ok(done);
}

function rank({ role }: Machine): number {
  const place = order.indexOf(role);
  return place === -1 ? order.indexOf('catalog') : place;
}

/** `null` once the machine is what it should be. */
async function settled(
  session: CloudSession,
  lakehouse: string,
  { name, wants }: Machine,
  timeoutSeconds: number,
): Promise<Diagnostic | null> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  let last: Machine | undefined;
  while (performance.now() < deadline) {
    const state = await readMachines(session, lakehouse);
    last = state.ok ? state.value.machines.find((machine) => machine.name === name) : last;
    if (last?.wants === wants && isCurrent(last)) return null;
    await delay(pollMs);
  }
  const report = last?.report ?? null;
  const sick = Object.entries(report?.services ?? {}).filter(([, word]) => word !== 'active');
  const what =
    report === null
      ? 'it has reported nothing'
      : report.error !== null
        ? `it reports: ${report.error}`
        : report.bundle !== wants
          ? `it still has ${report.bundle?.slice(0, 12) ?? 'none'} (reported ${report.at})`
          : sick.map(([service, word]) => `${service} is ${word}`).join(', ');
  return {
    code: 'roll-stopped',
    severity: 'error',
    path: name,
    message: `${name} does not run the bundle ${wants.slice(0, 12)} after ${timeoutSeconds} s: ${what}. No other machine was told to take it.`,
    fix: `See \`journalctl -u a2o-poll -u 'a2o-*'\` on ${name}; correct the mapping and apply, or run the same command again.`,
  };
}

function notWritten(path: string): Diagnostic {
  return {
    code: 'roll-not-written',
    severity: 'error',
    path,
    message: `The object ${path} cannot be written, by which a machine knows that it is its turn.`,
    fix: 'Sign in as a user who may write to the system container (the role `member`).',
  };
}
