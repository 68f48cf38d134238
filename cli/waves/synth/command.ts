import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../../help-text.js';
import type { CliIo, ExitCode } from '../../io.js';
import type { WavesSynthOptions } from './run.js';

export function registerWavesSynth(waves: Command, io: CliIo, done: (code: ExitCode) => void): void {
  waves
    .command('synth')
    .description('generate the Terraform that runs waves on AWS: queue, bus, state machine, functions, table, alarms')
    .addOption(
      new Option('--environment <name>', 'environment of the settings').choices(['dev', 'prod']).makeOptionMandatory(),
    )
    .requiredOption('--settings <file>', 'YAML file with names, retention, network and alarms')
    .option('-o, --output <folder>', 'folder for the Terraform', folderOf, 'cdktf.out')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the settings file.',
        writes: 'Terraform and the bundled functions to the folder of --output.',
        exitsOne: 'the settings have an error, or the folder cannot be written',
        examples: ['waves synth --environment dev --settings waves-settings.yaml --output out/waves'],
      }),
    )
    .action(async (options: WavesSynthOptions) => {
      const { synthWaves } = await import('./run.js');
      done(await synthWaves(options, io));
    });
}

/** An unset variable of a shell must not mean the current folder. */
function folderOf(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty; name a folder, or leave the option out to write to cdktf.out.');
}
