import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { builtInTemplates, planFromFiles } from '../mappings/index.js';
import { printDiagnostics } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { assessmentOption, mappingOption, variableOption } from './template-options.js';

interface SynthOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly output: string;
}

const root = join(import.meta.dirname, '..');

export const registerSynth: Register = (program: Command, io, done) => {
  program
    .command('synth')
    .description('write the Terraform of an assessment and a mapping (runs `cdktf synth`)')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('-o, --output <folder>', 'folder for the Terraform', 'cdktf.out')
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack synth --assessment out/demo --mapping default --output out/demo/terraform',
    )
    .action(async (options: SynthOptions) => {
      done(await synth(options, io));
    });
};

/** The inputs are checked here first, so that their problems are not wrapped in what cdktf says of a failed app. */
async function synth({ assessment, mapping, var: variables, output }: SynthOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ assessment, mapping, variables });
  if (!planned.ok) {
    printDiagnostics(io, planned.error);
    return 1;
  }
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf.js'), 'synth', '--output', resolve(output)],
    {
      cwd: root,
      env: {
        ...io.env,
        PATH: `${join(root, 'node_modules', '.bin')}:${io.env['PATH'] ?? ''}`,
        CHECKPOINT_DISABLE: '1',
        A2O_ASSESSMENT: resolve(assessment),
        A2O_MAPPING: builtInTemplates().includes(mapping) ? mapping : resolve(mapping),
        A2O_VARS: JSON.stringify(variables),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stdout.pipe(io.stderr, { end: false });
  child.stderr.pipe(io.stderr, { end: false });
  const code = await new Promise<number | null>((settle, reject) => {
    child.on('error', reject);
    child.on('close', settle);
  });
  if (code !== 0) return 1;
  io.stdout.write(
    `The Terraform is in ${output}.\nNext: terraform -chdir=${join(output, 'stacks', '<stack>')} init, then plan and apply; or cdktf deploy.\n`,
  );
  return 0;
}
