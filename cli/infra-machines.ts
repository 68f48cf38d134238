import { printable } from '../core/diagnostic.js';
import { ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { findTemplateOnDisk, loadTemplate } from '../mappings/index.js';
import { isCurrent, readMachines, rollMachines } from '../openstack/machines/index.js';
import type { LakehouseState, Machine } from '../openstack/machines/index.js';
import { openSession } from '../openstack/session/index.js';
import type { CloudSession } from '../openstack/session/index.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import { alignColumns } from './text-table.js';

export interface InfraOptions {
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export async function showInfra(options: InfraOptions, io: CliIo): Promise<ExitCode> {
  const signedIn = await signIn(options, io);
  if (!signedIn.ok) return failed(io, signedIn.error);
  const state = await readMachines(signedIn.value.session, signedIn.value.name);
  if (!state.ok) return failed(io, state.error);
  io.stdout.write(options.json === true ? `${JSON.stringify(state.value)}\n` : describe(state.value));
  return 0;
}

export interface RollInfraOptions extends InfraOptions {
  readonly timeout: number;
  readonly only?: readonly string[];
}

export async function rollInfra(options: RollInfraOptions, io: CliIo): Promise<ExitCode> {
  const signedIn = await signIn(options, io);
  if (!signedIn.ok) return failed(io, signedIn.error);
  const { session, name } = signedIn.value;
  const say = (line: string): void => void io.stderr.write(`${printable(line)}\n`);
  const { timeout: timeoutSeconds, only } = options;
  const rolled = await rollMachines(session, name, { timeoutSeconds, say, only });
  if (!rolled.ok) return failed(io, rolled.error);
  const changed = rolled.value;
  const nothing = only === undefined ? 'Every machine has its bundle.\n' : 'Those machines have their bundle.\n';
  io.stdout.write(changed.length === 0 ? nothing : `Changed ${changed.length} machines.\n`);
  return 0;
}

async function signIn(
  { mapping, var: variables }: InfraOptions,
  io: CliIo,
): Promise<Result<{ readonly session: CloudSession; readonly name: string }>> {
  const template = loadTemplate(mapping, { find: findTemplateOnDisk, variables });
  if (!template.ok) return template;
  const { name, region } = template.value.target;
  const session = await openSession(io.env, region);
  return session.ok ? ok({ session: session.value, name }) : session;
}

function describe({ machines, volumes }: LakehouseState): string {
  const rows = machines.map((machine) => {
    const { name, status, wants, report } = machine;
    const has = report?.bundle?.slice(0, 12) ?? '-';
    return [name, status, wants.slice(0, 12), has, report?.at ?? '-', printable(stateOf(machine))];
  });
  const header = ['machine', 'server', 'should have', 'has', 'reported', ''];
  const disks = volumes.map(({ name, sizeGb, status }) => [name, `${sizeGb} GB`, status]);
  return `${alignColumns(machines.length === 0 ? [] : [header, ...rows], 6)}\n\nVolumes\n${alignColumns(disks, 3)}\n`;
}

function stateOf(machine: Machine): string {
  const { status, wants, report } = machine;
  // What it reported once says nothing of now.
  if (status !== 'ACTIVE') return `the server is ${status}`;
  if (report === null) return 'reported nothing: has it clouds.yaml?';
  if (isCurrent(machine)) return 'current';
  if (report.error !== null) return report.error;
  if (report.bundle !== wants) return 'waits for its turn';
  const sick = Object.entries(report.services).filter(([, word]) => word !== 'active');
  return sick.map(([service, word]) => `${service} ${word}`).join(', ');
}
