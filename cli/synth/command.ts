import { InvalidArgumentError } from 'commander';
import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { SynthOptions } from './run.js';

export const registerSynth: Register = (program, io, done) => {
  program
    .command('synth')
    .description('generate Terraform from an assessment and a mapping (the same as `cdktf synth`)')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('-o, --output <folder>', 'folder for the Terraform', folderOf, 'cdktf.out')
    .option(
      '--save-to-db',
      'also record which assessment the Terraform came from; implied when DATABASE_URL is set',
      false,
    )
    .option('--check', 'write nothing; exit 1 if the folder differs from what these inputs produce', false)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report and the mapping; neither AWS nor OpenStack is contacted.',
        writes:
          'Terraform, the registration manifest and the config bundle to the folder of --output; with --save-to-db, a record in the store.',
        environment: ['DATABASE_URL          the store on a PostgreSQL server (default: the embedded one)'],
        exitsOne:
          'an input cannot be used, or the result cannot be written or, with --save-to-db, stored; with --check, the folder differs from what these inputs produce',
        examples: [
          'synth --assessment out/demo --mapping default --output out/demo/terraform',
          'synth --assessment out/demo --output out/demo/terraform --save-to-db',
          'synth --assessment out/demo --output out/demo/terraform --check',
          'assessments show --terraform out/demo/terraform',
        ],
      }),
    )
    .action(async (options: SynthOptions) => {
      const { synth } = await import('./run.js');
      done(await synth(options, io));
    });
};

/** An unset variable of a shell must not mean the current folder. */
function folderOf(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty; name a folder, or leave the option out to write to cdktf.out.');
}
