import type { Command } from 'commander';
import type { CliIo, ExitCode } from '../io.js';
import { bashScript } from './bash.js';
import type { Shell } from './command.js';
import { completedCommands } from './completed-commands.js';
import type { CompletedCommand } from './completed-commands.js';
import { fishScript } from './fish.js';
import { zshScript } from './zsh.js';

const scripts: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function printCompletion(shell: Shell, program: Command, io: CliIo): ExitCode {
  io.stdout.write(scripts[shell](completedCommands(program)));
  return 0;
}
