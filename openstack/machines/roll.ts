import { setTimeout as delay } from 'node:timers/promises';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession } from '../session/index.js';
import { isCurrent, readMachines, readReport } from './read-machines.js';
import type { Machine, MachineReport } from './read-machines.js';

/**
 * Dispensable roles come first, so that a faulty bundle shows there. Then each role comes before those that depend on
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
   * Names of machines and roles to roll.
   * @default all
   */
  readonly only?: readonly string[] | undefined;
}

/**
 * Lets one machine after the other take the bundle that its metadata names, each once the one before it reports the
 * bundle and healthy services. Stops at the first that does not, so that a faulty bundle stops only one machine.
 * Can be run again: machines that have their bundle are skipped. Returns the names of those that changed.
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
 * The new primary comes after the replicas: by then the old primary has become a replica and no longer takes writes.
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
      ? 'it has not reported'
      : report.error !== null
        ? `it reports: ${report.error}`
        : report.bundle !== wants
          ? `it still has ${report.bundle?.slice(0, 12) ?? 'none'} (reported ${report.at})`
          : sick.map(([service, word]) => `${service} is ${word}`).join(', ');
  return diagnostic({
    code: 'roll-stopped',
    path: name,
    message: `${name} does not run the bundle ${wants.slice(0, 12)} after ${timeoutSeconds} s: ${what}. No further machine was rolled.`,
    fix: `Read \`journalctl -u a2o-poll -u 'a2o-*'\` on ${name}; correct the mapping and apply it, or run \`aws2openstack infra roll\` again.`,
  });
}

function notThere(name: string, machines: readonly Machine[]): Diagnostic {
  const roles = new Set(machines.map(({ role }) => role));
  return diagnostic({
    code: 'machine-unknown',
    path: name,
    message: `No machine or role is named '${name}'; the machines are ${machines.map((machine) => machine.name).join(', ') || 'none'}, the roles ${[...roles].join(', ') || 'none'}.`,
    fix: 'Set `--only` to machines that `aws2openstack infra status` shows, or to roles.',
  });
}

function noMachines(lakehouse: string): Diagnostic {
  return diagnostic({
    code: 'no-machines',
    path: lakehouse,
    message: `This project has no machines of the lakehouse '${lakehouse}'.`,
    fix: 'Check `target.name` and `target.region` in the mapping and the project that you sign in to, or deploy the lakehouse first.',
  });
}

function notWritten(path: string): Diagnostic {
  return diagnostic({
    code: 'roll-not-written',
    path,
    message: `The object ${path}, which starts the roll of a machine, cannot be written.`,
    fix: 'Sign in as a user who may write to the system container (the role `member`).',
  });
}
