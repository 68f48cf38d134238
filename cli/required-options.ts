import type { Command, Option } from 'commander';

/**
 * Has a missing option reported after an unknown one, because the unknown one may be the missing one mistyped: commander
 * reports the missing one first, and with that ends.
 */
export function checkRequiredOptionsLast(program: Command): void {
  const required = new Map<Command, readonly Option[]>();
  for (const command of withSubcommands(program)) {
    const options = command.options.filter(({ mandatory }) => mandatory);
    for (const option of options) option.mandatory = false;
    required.set(command, options);
  }
  program.hook('preAction', (_program, command) => {
    for (const option of required.get(command) ?? [])
      if (command.getOptionValue(option.attributeName()) === undefined)
        command.error(`error: required option '${option.flags}' not specified`, {
          code: 'commander.missingMandatoryOptionValue',
        });
  });
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
