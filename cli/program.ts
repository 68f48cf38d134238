import { Command, CommanderError } from 'commander';
import { toolVersion } from '../core/tool-version.js';
import { registerAssess } from './assess.js';
import { registerAssessments } from './assessments.js';
import { registerExplain } from './explain.js';
import { registerInfra } from './infra.js';
import { registerMappings } from './mappings.js';
import { registerPlan } from './plan.js';
import { registerProbe } from './probe.js';
import { registerState } from './state.js';
import { registerSynth } from './synth.js';
import type { CliIo, ExitCode } from './io.js';

/** Registers a command; its action calls `done` with the exit code. */
export type Register = (program: Command, io: CliIo, done: (code: ExitCode) => void) => void;

const commands: readonly Register[] = [
  registerAssess,
  registerAssessments,
  registerMappings,
  registerPlan,
  registerExplain,
  registerSynth,
  registerInfra,
  registerProbe,
  registerState,
];

/** Runs one command line. Never throws for what a user typed: returns 2 for wrong use, 1 for failure. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = new Command('aws2openstack')
    .description('Moves an AWS data lake to an OpenStack lakehouse and proves that nothing was lost.')
    .version(toolVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  for (const register of commands) register(program, io, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}
