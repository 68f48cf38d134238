import { setTimeout as delay } from 'node:timers/promises';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession } from '../session/index.js';
import { isCurrent, readMachines, readReport } from './read-machines.js';
import type { Machine, MachineReport } from './read-machines.js';

/**
 * Roles that can be missed come first, so that what is wrong with a bundle shows there. Then each before those that need
 * it: a bundle may bring a database that catalogs open, or another primary for them.
 */
const order = [
  'batch-worker',
  'worker',
  'runner',
  'database',
  'catalog',
  'batch-coordinator',
  'coordinator',
  'gateway',
  'lakehouse',
];

const pollMs = 1_000;

interface RollOptions {
  readonly timeoutSeconds: number;
  readonly say: (line: string) => void;
  /**
   * Names of machines and of roles: no other is rolled.
   * @default all
   */
  readonly only?: readonly string[] | undefined;
}

/**
 * Lets one machine after the other take the bundle that its metadata names, each when the one before it reports the
 * bundle and healthy services. Stops at the first that does not, so that what is wrong with a bundle stops one machine.
 * Can be run again: machines that have their bundle are passed over. Returns the names of those that changed.
 */
export async function rollMachines(
  session: CloudSession,
  lakehouse: string,
  { timeoutSeconds, say, only }: RollOptions,
): Promise<Result<readonly string[]>> {
  const state = await readMachines(session, lakehouse);
  if (!state.ok) return state;
  const { machines } = state.value;
  if (machines.length === 0) return fail([noMachines(lakehouse)]);
  const unknown = (only ?? []).filter((one) => !machines.some(({ name, role }) => one === name || one === role));
  if (unknown.length > 0) return fail(unknown.map((one) => notThere(one, machines)));
  const waiting = machines
    .filter((machine) => !isCurrent(machine))
    .filter(({ name, role }) => only === undefined || only.includes(name) || only.includes(role))
    .sort((a, b) => rank(a) - rank(b));
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

/**
 * Whoever is to be the primary comes after the replicas: one that was the primary until now has stopped taking writes,
 * and is a replica, before there is another.
 */
function rank({ role, isPrimary }: Machine): number {
  return order.indexOf(role) + (isPrimary ? 0.5 : 0);
}

/** `null` once the machine is what it should be. */
async function settled(
  session: CloudSession,
  lakehouse: string,
  { name, wants }: Machine,
  timeoutSeconds: number,
): Promise<Diagnostic | null> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  let report: MachineReport | null = null;
  while (performance.now() < deadline) {
    report = await readReport(session, lakehouse, name);
    if (isCurrent({ wants, report })) return null;
    await delay(pollMs);
  }
  const sick = Object.entries(report?.services ?? {}).filter(([, word]) => word !== 'active');
  const what =
    report === null
      ? 'it has reported nothing'
      : report.error !== null
        ? `it reports: ${report.error}`
        : report.bundle !== wants
          ? `it still has ${report.bundle?.slice(0, 12) ?? 'none'} (reported ${report.at})`
          : sick.map(([service, word]) => `${service} is ${word}`).join(', ');
  return diagnostic({
    code: 'roll-stopped',
    path: name,
    message: `${name} does not run the bundle ${wants.slice(0, 12)} after ${timeoutSeconds} s: ${what}. No other machine was told to take it.`,
    fix: `See \`journalctl -u a2o-poll -u 'a2o-*'\` on ${name}; correct the mapping and apply, or run the same command again.`,
  });
}

function notThere(name: string, machines: readonly Machine[]): Diagnostic {
  const roles = new Set(machines.map(({ role }) => role));
  return diagnostic({
    code: 'machine-unknown',
    path: name,
    message: `There is no machine and no role '${name}'; machines are ${machines.map((machine) => machine.name).join(', ') || 'none'}, roles ${[...roles].join(', ') || 'none'}.`,
    fix: 'Give `--only` names that `aws2openstack infra status` shows, or roles.',
  });
}

function noMachines(lakehouse: string): Diagnostic {
  return diagnostic({
    code: 'no-machines',
    path: lakehouse,
    message: `This project has no machine of the lakehouse '${lakehouse}'.`,
    fix: 'Check `target.name` and `target.region` in the mapping and the project that you sign in to; or deploy it first.',
  });
}

function notWritten(path: string): Diagnostic {
  return diagnostic({
    code: 'roll-not-written',
    path,
    message: `The object ${path} cannot be written, by which a machine knows that it is its turn.`,
    fix: 'Sign in as a user who may write to the system container (the role `member`).',
  });
}
