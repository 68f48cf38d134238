import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { storeEnvironment } from '../store-environment.js';
import { assessmentOption, mappingOption, storedAssessmentHelp, variableOption } from '../template-options.js';
import type { BackOptions } from './back.js';
import type { GoOptions } from './go.js';
import type { CutoverPlanOptions } from './plan.js';

export const registerCutover: Register = (program, io, done) => {
  const cutover = program
    .command('cutover')
    .description(
      'let the target take over, in recorded steps that can be continued, and undone until the target takes writes',
    );

  withFiles(cutover.command('plan'))
    .description('show the prerequisites of a cutover with their evidence, and its steps (read-only)')
    .option('--no-listing', 'do not list the source; changes since the copy are then not found')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report, the mapping, the store and, unless --no-listing, the buckets of the source.',
        writes: 'nothing.',
        environment: cutoverEnvironment,
        exitsOne: 'something blocks the cutover',
        examples: ['cutover plan --assessment out/ --mapping mappings/acme.yaml --file cutover.yaml'],
      }),
    )
    .action(async (options: CutoverPlanOptions) => {
      const { planCutover } = await import('./plan.js');
      done(await planCutover(options, io));
    });

  withFiles(cutover.command('go'))
    .description(
      'run the remaining steps, up to the first that fails or waits for an approval; run it again to continue',
    )
    .option('--approve <name>', 'approve, under this name, the next step, which waits for it')
    .option(
      '--accept-changes <name=reason>',
      'leave source changes behind: exactly those that the last failed step named',
      acceptance,
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report, the mapping, the store, and the buckets of the source.',
        writes: 'each step to the store, before and after it; the hooks make the changes that they were written for.',
        environment: cutoverEnvironment,
        exitsZero: 'the cutover is complete',
        exitsOne: 'a step failed, or waits for an approval',
        examples: [
          'cutover go --assessment out/ --mapping mappings/acme.yaml --file cutover.yaml',
          'cutover go --assessment out/ --mapping mappings/acme.yaml --file cutover.yaml --approve ada@acme.example',
        ],
      }),
    )
    .action(async (options: GoOptions) => {
      const { goOn } = await import('./go.js');
      done(await goOn(options, io));
    });

  cutover
    .command('status [assessment]')
    .description('show each step of a cutover, who approved it, and why it failed (default: the latest assessment)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Shows the steps in their order: the status of each and since when, who approved it, what somebody has signed for, and the output of a hook that failed.',
          'cutover go continues with the first step that is not done. Until writers-on has begun, cutover back undoes the steps.',
          storedAssessmentHelp,
        ],
        reads: 'the store.',
        writes: 'nothing.',
        environment: storeEnvironment,
        exitsOne: 'a step has failed, or there is no cutover',
        examples: ['cutover status', 'cutover status assessment-1a2b3c --json'],
      }),
    )
    .action(async (assessment: string | undefined, options: { readonly json: boolean }) => {
      const { showCutover } = await import('./status.js');
      done(await showCutover(assessment ?? 'latest', options, io));
    });

  cutover
    .command('back [assessment]')
    .description('undo the steps that were run, the last one first, unless the target already takes writes')
    .option('--file <file>', 'YAML file with the hooks of the steps (docs/cutover.md)', 'cutover.yaml')
    .option(
      '--nothing-written <name>',
      'person who vouches that the target took no writes; required if writers-on started but did not succeed',
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [storedAssessmentHelp],
        reads: 'the store and the file with the hooks.',
        writes: 'each step to the store, before and after it; the hooks undo what they did.',
        exitsZero: 'everything was undone',
        exitsOne: 'a step failed, or the target already takes writes',
        examples: ['cutover back --file cutover.yaml'],
      }),
    )
    .action(async (assessment: string | undefined, options: BackOptions) => {
      const { goBack } = await import('./back.js');
      done(await goBack(assessment ?? 'latest', options, io));
    });
};

const cutoverEnvironment: readonly string[] = [
  'AWS_PROFILE, AWS_ACCESS_KEY_ID, …    credentials of the source, as the AWS SDK finds them',
  'DATABASE_URL                         the store of the migration',
];

function withFiles(command: Command): Command {
  return command
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--file <file>', 'YAML file with the hooks of the steps (docs/cutover.md)', 'cutover.yaml')
    .option('--exceptions <file>', 'YAML list of signed exceptions (docs/certificate.md)');
}

function acceptance(text: string): { readonly by: string; readonly reason: string } {
  const [, by, reason] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (by !== undefined && reason !== undefined && by.trim() !== '' && reason.trim() !== '')
    return { by: by.trim(), reason: reason.trim() };
  throw new InvalidArgumentError(
    "It must be NAME=REASON, such as 'ada@acme.example=the log is written anew each day'.",
  );
}
