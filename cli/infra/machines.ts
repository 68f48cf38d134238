import { printable } from '../../core/diagnostic.js';
import { holdLeftover } from '../../core/leftovers.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAuthoritiesOnDisk, findTemplateOnDisk, loadTemplate } from '../../mappings/index.js';
import { readMachines, rollMachines } from '../../openstack/machines/index.js';
import { openSession } from '../../openstack/session/index.js';
import type { CloudSession } from '../../openstack/session/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeMachines, describeRoll } from './view.js';

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
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify({ kind: 'InfraStatus', ...state.value })}\n`
      : describeMachines(state.value),
  );
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
  const forget = holdLeftover({
    what: 'A roll-out that is not complete',
    fix: 'Look at `aws2openstack infra status`, then run the same command again: it skips machines that have their bundle.',
  });
  const rolled = await rollMachines(session, name, { timeoutSeconds, say, only });
  forget();
  if (!rolled.ok) return failed(io, rolled.error);
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify({ kind: 'InfraRoll', changed: rolled.value })}\n`
      : describeRoll(rolled.value.length, only),
  );
  return 0;
}

async function signIn(
  { mapping, var: variables }: InfraOptions,
  io: CliIo,
): Promise<Result<{ readonly session: CloudSession; readonly name: string }>> {
  const template = loadTemplate(mapping, {
    find: findTemplateOnDisk,
    findAuthorities: findAuthoritiesOnDisk,
    variables,
  });
  if (!template.ok) return template;
  const { name, region, trust } = template.value.target;
  const session = await openSession(io.env, region, trust?.authorities);
  return session.ok ? ok({ session: session.value, name }) : session;
}
