import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { logOption } from '../log-option.js';
import { positiveNumber } from '../positive-number.js';
import type { Register } from '../program.js';
import { registerPreFlight } from './pre-flight/command.js';
import { registerWavesSynth } from './synth/command.js';
import type { OrderOptions } from './order.js';
import type { StatusOptions } from './status.js';
import type { SubmitOptions } from './submit.js';
import type { WorkerFlags } from './worker.js';

export const registerWaves: Register = (program, io, done) => {
  const waves = program
    .command('waves')
    .description(
      'move virtual machines in waves: with tests, approvals, a cutover that can be rolled back, and its history',
    );

  waves
    .command('plan <file>')
    .description('show duration, cost and conflicts of a wave file (changes nothing)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Exits 1 when something of the file, a window, a quota or an address does not fit.

Example:
  $ aws2openstack waves plan examples/waves/waves.yaml`,
    )
    .action(async (file: string, options: { readonly json: boolean }) => {
      const { showPlan } = await import('./plan.js');
      done(await showPlan(file, options, io));
    });

  registerPreFlight(waves, io, done);

  waves
    .command('submit <file>')
    .description(
      'hand the machines of a wave file over to the workers; those that were submitted before are left as they are',
    )
    .option('--dry-run', 'check and show what would be submitted, and store nothing', false)
    .option('--wave <name>', 'only this wave (repeatable)', collect, [])
    .requiredOption('--by <name>', 'who answers for it (required)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack waves submit examples/waves/waves.yaml --wave wave-1 --by ada@acme.example`,
    )
    .action(async (file: string, options: SubmitOptions) => {
      const { submitFile } = await import('./submit.js');
      done(await submitFile(file, options, io));
    });

  withMachines(waves.command('status'))
    .description('show how far waves and machines are, what they wait for, and why one failed')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
With --machine, shows everything that happened to it. Exits 1 when a machine needs somebody, or a message was refused.

Example:
  $ aws2openstack waves status
  $ aws2openstack waves status --wave wave-1 --json
  $ aws2openstack waves status --machine wave-1-web-1`,
    )
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('./status.js');
      done(await showStatus(options, io));
    });

  for (const { kind, description, reason } of orders) {
    const command = withMachines(waves.command(kind))
      .description(description)
      .requiredOption('--by <name>', 'who answers for it (required)');
    if (kind === 'approve')
      command.requiredOption('--gate <name>', 'which approval, as the wave file names it (required)');
    if (reason === 'needed')
      command.requiredOption('--reason <text>', 'why; it is kept in the history of each machine (required)');
    else command.option('--reason <text>', 'why; it is kept in the history of each machine');
    command
      .option('--json', 'print JSON instead of text', false)
      .addHelpText(
        'after',
        `
Name machines by --machine, --app or --wave. Exits 1 when none of them takes the order.

Example:
  $ aws2openstack waves ${kind} --app shop --by ada@acme.example${kind === 'approve' ? ' --gate change-board' : ''}${reason === 'needed' ? ' --reason "CHG-1207"' : ''}`,
      )
      .action(async (options: OrderOptions) => {
        const { giveOrder } = await import('./order.js');
        done(await giveOrder(kind, options, io));
      });
  }

  registerWavesSynth(waves, io, done);

  waves
    .command('worker')
    .description('move the machines that were submitted, until it is stopped; several may run, on several machines')
    .option('--concurrency <number>', 'how many machines at the same time', positiveNumber, 20)
    .option('--calls-per-second <number>', 'limit of calls of the target, by this worker', positiveNumber, 10)
    .option('--until-done', 'end when every machine has ended or waits for somebody', false)
    .addOption(logOption())
    .addHelpText(
      'after',
      `
Callbacks are signed with the secret in A2O_WAVES_CALLBACK_SECRET (Standard Webhooks, whsec_…); without one, none is sent.
A2O_WAVES_DNS (designate or route53) says where names of machines are moved, and A2O_WAVES_CMDB_URL which CMDB is told
(docs/waves.md).

Example:
  $ aws2openstack waves worker --concurrency 50`,
    )
    .action(async (options: WorkerFlags) => {
      const { workOnWaves } = await import('./worker.js');
      done(await workOnWaves(options, io));
    });
};

const orders = [
  { kind: 'approve', description: 'give one of the approvals that a wave wants before its cutovers', reason: 'free' },
  { kind: 'test', description: 'launch machines that are ready in an isolated network once more', reason: 'free' },
  {
    kind: 'cutover',
    description: 'order the cutover: it starts as soon as the rules of the wave allow it',
    reason: 'free',
  },
  {
    kind: 'rollback',
    description: 'let machines run at their source again; possible until they are finalized',
    reason: 'needed',
  },
  {
    kind: 'finalize',
    description: 'end the migration of machines that were cut over. The point of no return: no rollback afterwards',
    reason: 'needed',
  },
] as const;

function withMachines(command: Command): Command {
  return command
    .option('--machine <id>', 'a migrationId (repeatable)', collect, [])
    .option('--app <name>', 'all machines of an application (repeatable)', collect, [])
    .option('--wave <name>', 'all machines of a wave (repeatable)', collect, []);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return [...before, value];
}
