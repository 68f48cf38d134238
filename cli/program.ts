import { Command, CommanderError } from 'commander';
import { toolVersion } from '../core/tool-version.js';
import { registerAssess } from './assess/command.js';
import { registerAssessments } from './assessments/command.js';
import { registerCompletion } from './completion/command.js';
import { registerCutover } from './cutover/command.js';
import { registerDashboard } from './dashboard/command.js';
import { registerExplain } from './explain/command.js';
import { registerInfra } from './infra/command.js';
import { registerMappings } from './mappings/command.js';
import { registerMcp } from './mcp/command.js';
import { registerMigrate } from './migrate/command.js';
import { registerPlan } from './plan/command.js';
import { registerProbe } from './probe/command.js';
import { registerReport } from './report/command.js';
import { registerState } from './state/command.js';
import { registerSynth } from './synth/command.js';
import { registerValidate } from './validate/command.js';
import { registerVerify } from './verify/command.js';
import { registerWaves } from './waves/command.js';
import { checkRequiredOptionsLast } from './required-options.js';
import type { CliIo, ExitCode } from './io.js';

/**
 * Registers a command: names, options and help. Its action imports the code that it runs, so that a command does not
 * load the code of another, and calls `done` with the exit code.
 */
export type Register = (program: Command, io: CliIo, done: (code: ExitCode) => void) => void;

const commands: readonly Register[] = [
  registerAssess,
  registerAssessments,
  registerMappings,
  registerPlan,
  registerExplain,
  registerSynth,
  registerInfra,
  registerMigrate,
  registerReport,
  registerValidate,
  registerCutover,
  registerVerify,
  registerWaves,
  registerMcp,
  registerDashboard,
  registerProbe,
  registerState,
  registerCompletion,
];

/**
 * Runs one command line. Never throws on user input: returns 2 for a usage error, 1 for a failure. `onCommand` gets the
 * name of the command before it runs, such as `migrate start`.
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  onCommand: (name: string) => void = () => undefined,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = programOf(io, (code) => (exitCode = code));
  program.hook('preAction', (_program, command) => {
    onCommand(nameOf(command));
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** The program with all its commands, which throws a CommanderError instead of ending the process. */
export function programOf(io: CliIo, done: (code: ExitCode) => void): Command {
  const program = new Command('aws2openstack')
    .description('Moves an AWS data lake to an OpenStack lakehouse and proves that nothing was lost.')
    .version(toolVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  for (const register of commands) register(program, io, done);
  checkRequiredOptionsLast(program);
  return program.addHelpText('after', usualOrder);
}

const usualOrder = `
The usual order: assess, plan, synth, infra check, migrate, validate, cutover. \`state\` manages the store.
Each command has --help with what it reads and writes, and examples; --json prints its result as one JSON document.
Exit status: 0 done, 1 failed, 2 wrong command line.`;

/** Without the program's own. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent === null || parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}
