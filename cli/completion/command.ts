import { Argument } from 'commander';
import { helpText } from '../help-text.js';
import type { Register } from '../program.js';

/** Shells that a completion script can be printed for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export const registerCompletion: Register = (program, io, done) => {
  program
    .command('completion')
    .description('print a script that completes commands, options and their values in a shell')
    .addArgument(new Argument('<shell>', 'shell that runs the script').choices(shells))
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The script knows the commands of the version that printed it: have the shell load it at each start, with a line such as `source <(aws2openstack completion bash)` in ~/.bashrc (in ~/.zshrc: after compinit), or print it again after an update.',
        ],
        reads: 'nothing.',
        writes: 'nothing; the script goes to standard output.',
        examples: ['completion bash', 'completion fish >~/.config/fish/completions/aws2openstack.fish'],
      }),
    )
    .action(async (shell: Shell) => {
      const { printCompletion } = await import('./run.js');
      done(printCompletion(shell, program, io));
    });
};
