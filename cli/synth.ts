import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, opendirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { diagnostic, printable } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { ensureFolder } from '../core/ensure-folder.js';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { builtInTemplates, planFromFiles } from '../mappings/index.js';
import { foreignStacks } from '../stacks/index.js';
import { asNotStored, recordSynth, wantsStoring } from '../state/index.js';
import { failed, printDiagnostics } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { assessmentOption, mappingOption, variableOption } from './template-options.js';

interface SynthOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly output: string;
  readonly saveToDb: boolean;
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
    .option('--save-to-db', 'store what was made of which assessment; without it only when DATABASE_URL is set', false)
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack synth --assessment out/demo --mapping default --output out/demo/terraform
  $ aws2openstack synth --assessment out/demo --output out/demo/terraform --save-to-db
  $ aws2openstack assessments show --terraform out/demo/terraform`,
    )
    .action(async (options: SynthOptions) => {
      done(await synth(options, io, program.version() ?? ''));
    });
};

/** The inputs are checked here first, so that their problems are not wrapped in what cdktf says of a failed app. */
async function synth(
  { assessment, mapping, var: variables, output, saveToDb }: SynthOptions,
  io: CliIo,
  toolVersion: string,
): Promise<ExitCode> {
  const planned = await planFromFiles({ assessment, mapping, variables });
  if (!planned.ok) return failed(io, planned.error);
  printDiagnostics(io, planned.value.warnings);
  const problem = tryToPrepare(output) ?? foreignStacks(output);
  if (problem !== null) return failed(io, [problem]);
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
        // It is stored here, where problems can be told.
        A2O_SAVE_TO_DB: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  io.stderr.write('Running cdktf synth …\n');
  // Its spinner fills logs, so of what it prints only warnings are shown, and all when it fails.
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise<number | null>((settle, reject) => {
    child.on('error', reject);
    child.on('close', settle);
  });
  const [said, errors] = await printed;
  if (code !== 0) {
    io.stderr.write(stripVTControlCharacters(errors));
    return 1;
  }
  for (const warning of warningsIn(said)) io.stderr.write(`warning: ${printable(warning)}\n`);
  if (wantsStoring(io.env, saveToDb)) {
    const recorded = await recordSynth(io.env, planned.value, { folder: output, toolVersion });
    if (recorded.ok) io.stderr.write(`Stored with ${recorded.value.id} in ${recorded.value.place}\n`);
    else printDiagnostics(io, asNotStored(recorded.error, 'The Terraform was written'));
  }
  io.stdout.write(
    `The Terraform is in ${output}.\nNext: npx cdktf deploy lakehouse-storage lakehouse --skip-synth --output ${output}, or terraform in each folder of ${join(output, 'stacks')}.\n`,
  );
  return 0;
}

/** The constructs' own, each once. cdktf writes `WARN [stack]: construct: text`. */
function warningsIn(said: string): Set<string> {
  const lines = stripVTControlCharacters(said).matchAll(/^WARN \[[^\]]*\]: (?:[\w/-]+: )?(.+)$/gm);
  return new Set([...lines].flatMap(([, warning = '']) => warning.trim()));
}

/** cdktf makes the folder, but none above it, and says of what it cannot write no more than a stack trace. */
function tryToPrepare(output: string): Diagnostic | null {
  const folder = resolve(output);
  try {
    ensureFolder(dirname(folder));
    const existing = existsSync(folder) ? folder : dirname(folder);
    opendirSync(existing).closeSync();
    accessSync(existing, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return diagnostic({
      code: 'cannot-write',
      path: output,
      message: `The Terraform cannot be written to '${output}' (${code ?? String(error)}).`,
      fix: 'Name a folder in `--output` that can be made and written to.',
    });
  }
}
