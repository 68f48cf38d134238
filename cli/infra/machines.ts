import { printable } from '../../core/diagnostic.js';
import { holdLeftover } from '../../core/leftovers.js';
import { readMachines, rollMachines } from '../../openstack/machines/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { signIn } from './sign-in.js';
import type { InfraOptions } from './sign-in.js';
import { describeMachines, describeRoll } from './view.js';

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
