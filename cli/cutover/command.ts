import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, storedAssessmentHelp, variableOption } from '../template-options.js';
import type { BackOptions } from './back.js';
import type { GoOptions } from './go.js';
import type { CutoverPlanOptions } from './plan.js';

export const registerCutover: Register = (program, io, done) => {
  const cutover = program
    .command('cutover')
    .description(
      'let the target take over: in steps that are recorded, can be resumed, and taken back until it takes writes',
    );

  withFiles(cutover.command('plan'))
    .description('show what must hold first, with its evidence, and what each step would do (changes nothing)')
    .option('--no-listing', 'do not list the source, which tells what has changed since it was copied')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Exits 1 when something blocks the cutover.

Example:
  $ aws2openstack cutover plan --assessment out/ --mapping mappings/acme.yaml --file cutover.yaml`,
    )
    .action(async (options: CutoverPlanOptions) => {
      const { planCutover } = await import('./plan.js');
      done(await planCutover(options, io));
    });

  withFiles(cutover.command('go'))
    .description(
      'do the steps that are left, up to the first that fails or waits for an approval; run it again to go on',
    )
    .option('--approve <name>', 'approve, by this name, the next step that waits for it')
    .option(
      '--accept-changes <name=reason>',
      'let what has changed at the source stay behind: exactly the changes that were named last',
      acceptance,
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Exits 0 when the cutover is complete, and 1 when a step failed or waits.

Example:
  $ aws2openstack cutover go --assessment out/ --mapping mappings/acme.yaml --file cutover.yaml --approve ada@acme.example`,
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
      `\nExits 1 when a step has failed.\n${storedAssessmentHelp}\n\nExample:\n  $ aws2openstack cutover status`,
    )
    .action(async (assessment: string | undefined, options: { readonly json: boolean }) => {
      const { showCutover } = await import('./status.js');
      done(await showCutover(assessment ?? 'latest', options, io));
    });

  cutover
    .command('back [assessment]')
    .description('take back what was done, the last step first, unless the target takes writes already')
    .option('--file <file>', 'YAML file with the hooks of the steps (docs/cutover.md)', 'cutover.yaml')
    .option(
      '--nothing-written <name>',
      'who answers for it that the target took no write, where writers-on was begun and has not ended well',
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', `\n${storedAssessmentHelp}\n\nExample:\n  $ aws2openstack cutover back --file cutover.yaml`)
    .action(async (assessment: string | undefined, options: BackOptions) => {
      const { goBack } = await import('./back.js');
      done(await goBack(assessment ?? 'latest', options, io));
    });
};

function withFiles(command: Command): Command {
  return command
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--file <file>', 'YAML file with the hooks of the steps (docs/cutover.md)', 'cutover.yaml')
    .option('--exceptions <file>', 'YAML list of what somebody answers for (docs/certificate.md)');
}

function acceptance(text: string): { readonly by: string; readonly reason: string } {
  const [, by, reason] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (by !== undefined && reason !== undefined && by.trim() !== '' && reason.trim() !== '')
    return { by: by.trim(), reason: reason.trim() };
  throw new InvalidArgumentError(
    "It must be NAME=REASON, such as 'ada@acme.example=the log is written anew each day'.",
  );
}
