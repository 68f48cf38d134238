import { Argument } from 'commander';
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
      `
Reads nothing, and writes the script to standard output. It knows the commands of the version that printed it: let the
shell print it anew at each start, as below, or print it again after an update.

Example:
  $ aws2openstack completion bash
  $ echo 'source <(aws2openstack completion bash)' >>~/.bashrc
  $ echo 'source <(aws2openstack completion zsh)' >>~/.zshrc       # after compinit
  $ aws2openstack completion fish >~/.config/fish/completions/aws2openstack.fish`,
    )
    .action(async (shell: Shell) => {
      const { printCompletion } = await import('./run.js');
      done(printCompletion(shell, program, io));
    });
};
