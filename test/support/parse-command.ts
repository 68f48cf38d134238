import { CommanderError } from 'commander';
import { Writable } from 'node:stream';
import { programOf } from '../../cli/program.js';

class Parsed extends Error {}

/**
 * Parses a command line as `aws2openstack` does and runs nothing. Returns the error that its user would see, or
 * `undefined`.
 *
 * @param isWhole false where what is required may be missing, a value may be a placeholder such as REGION or $REGION, and options may
 *   follow a group of commands, such as `validate --resync`
 */
export async function parseErrorOf(args: readonly string[], isWhole: boolean): Promise<string | undefined> {
  const sink = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const program = programOf({ stdout: sink, stderr: sink, env: {} }, () => undefined);
  program.hook('preAction', () => {
    throw new Parsed();
  });
  const [group, ...options] = args;
  const subcommands = program.commands.find((command) => command.name() === group)?.commands ?? [];
  if (!isWhole && subcommands.length > 0 && options[0]?.startsWith('--') === true) {
    const known = subcommands.flatMap((command) => command.options.map(({ long }) => long));
    const unknown = options.filter((option) => option.startsWith('--') && !known.includes(option));
    return unknown.length === 0 ? undefined : `no command of ${group} has the option ${unknown.join(', ')}`;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof Parsed) return undefined;
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || (!isWhole && isIncomplete(error))) return undefined;
    return error.message;
  }
}

function isIncomplete({ code, message }: CommanderError): boolean {
  return (
    [
      'commander.missingMandatoryOptionValue',
      'commander.missingArgument',
      'commander.optionMissingArgument',
      'commander.help',
    ].includes(code) || /argument '(?:[A-Z_]+|\$\w+)' is invalid/.test(message)
  );
}
