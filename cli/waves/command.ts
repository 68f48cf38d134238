import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import { logOption } from '../log-option.js';
import { positiveNumber } from '../positive-number.js';
import { storeEnvironment } from '../store-environment.js';
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
    .description('move virtual machines in waves, with test launches, approvals, and cutovers that can be rolled back');

  waves
    .command('plan <file>')
    .description('show the duration, cost and conflicts of a wave file (read-only)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the wave file and, where they are configured, quotas and addresses of the clouds.',
        writes: 'nothing.',
        exitsOne: 'the file has an error, or a window, a quota or an address does not fit',
        examples: ['waves plan examples/waves/waves.yaml'],
      }),
    )
    .action(async (file: string, options: { readonly json: boolean }) => {
      const { showPlan } = await import('./plan.js');
      done(await showPlan(file, options, io));
    });

  registerPreFlight(waves, io, done);

  waves
    .command('submit <file>')
    .description('hand the machines of a wave file to workers; machines that were submitted before stay as they are')
    .option('--dry-run', 'check the file and show the machines without storing them', false)
    .option('--wave <name>', 'only this wave (repeatable)', collect, [])
    .requiredOption('--by <name>', 'person who is responsible (required)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the wave file.',
        writes: 'the machines and their waves to the store, unless --dry-run.',
        environment: storeEnvironment,
        exitsOne: 'the file has an error, or a machine was refused',
        examples: ['waves submit examples/waves/waves.yaml --wave wave-1 --by ada@acme.example'],
      }),
    )
    .action(async (file: string, options: SubmitOptions) => {
      const { submitFile } = await import('./submit.js');
      done(await submitFile(file, options, io));
    });

  withMachines(waves.command('status'))
    .description('show the progress of waves and machines, what they wait for, and their failures')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Shows the machines of each wave by status, and of those that were named, or else of those that need a person or were not moved, the status, what they wait for and their error; messages that were not taken in yet, and those that were refused.',
          'With --machine, it has the whole history of that machine.',
        ],
        reads: 'the store.',
        writes: 'nothing.',
        environment: storeEnvironment,
        exitsOne: 'a machine needs attention, or a message was refused',
        examples: ['waves status', 'waves status --wave wave-1 --json', 'waves status --machine wave-1-web-1'],
      }),
    )
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('./status.js');
      done(await showStatus(options, io));
    });

  for (const { kind, description, reason } of orders) {
    const command = withMachines(waves.command(kind))
      .description(description)
      .requiredOption('--by <name>', 'person who is responsible (required)');
    if (kind === 'approve')
      command.requiredOption('--gate <name>', 'approval that is given, as the wave file names it (required)');
    if (reason === 'needed')
      command.requiredOption('--reason <text>', 'reason, which the history of each machine keeps (required)');
    else command.option('--reason <text>', 'reason, which the history of each machine keeps');
    command
      .option('--json', 'print JSON instead of text', false)
      .addHelpText(
        'after',
        helpText({
          notes: ['Name machines with --machine, --app or --wave.'],
          reads: 'the store.',
          writes: 'the order to the history of each machine; a worker carries it out.',
          environment: storeEnvironment,
          exitsOne: 'none of the machines accepts the order',
          examples: [
            `waves ${kind} --app shop --by ada@acme.example${kind === 'approve' ? ' --gate change-board' : ''}${reason === 'needed' ? ' --reason "CHG-1207"' : ''}`,
          ],
        }),
      )
      .action(async (options: OrderOptions) => {
        const { giveOrder } = await import('./order.js');
        done(await giveOrder(kind, options, io));
      });
  }

  registerWavesSynth(waves, io, done);

  waves
    .command('worker')
    .description('move the submitted machines, until stopped; any number of workers may run, on several machines')
    .option('--concurrency <number>', 'machines at a time', positiveNumber, 20)
    .option('--calls-per-second <number>', "limit of this worker's calls to the target", positiveNumber, 10)
    .option('--until-done', 'exit when every machine is done or waits for a person', false)
    .addOption(logOption())
    .addHelpText(
      'after',
      helpText({
        reads: 'machines and orders from the store, and the clouds of both sides.',
        writes:
          'snapshots at the source; images, volumes, networks and servers at the target; disks in its work folder; the history of each machine in the store.',
        environment: [
          ...storeEnvironment,
          'OS_CLOUD, A2O_WAVES_SOURCE_CLOUD, AWS_REGION, A2O_WAVES_HAND_OVER, …   clouds and sources (docs/waves/sources.md)',
          'A2O_WAVES_CALLBACK_SECRET   secret of callbacks (Standard Webhooks, whsec_…); without it, none is sent',
          'A2O_WAVES_DNS              designate or route53: the DNS service that has the names of the machines (docs/waves.md)',
          'A2O_WAVES_CMDB_URL         address of the CMDB that is notified of cutovers and rollbacks (docs/waves.md)',
        ],
        exitsZero:
          'it was stopped by SIGTERM or Ctrl-C or, with --until-done, every machine is done or waits for a person',
        exitsOne: 'it cannot continue, for example without its store; waves status shows the failed machines',
        examples: ['waves worker --concurrency 50'],
      }),
    )
    .action(async (options: WorkerFlags) => {
      const { workOnWaves } = await import('./worker.js');
      done(await workOnWaves(options, io));
    });
};

const orders = [
  { kind: 'approve', description: 'give an approval that a wave requires before its cutovers', reason: 'free' },
  { kind: 'test', description: 'launch machines that are ready once more in an isolated network', reason: 'free' },
  {
    kind: 'cutover',
    description: 'order the cutover: it starts as soon as the rules of the wave allow it',
    reason: 'free',
  },
  {
    kind: 'rollback',
    description: 'return machines to their source, which is possible until they are finalized',
    reason: 'needed',
  },
  {
    kind: 'finalize',
    description: 'end the migration of machines that were cut over; no rollback is possible afterwards',
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
