import type { Argument, Command, Option } from 'commander';
import { builtInTemplates } from '../../mappings/built-in-templates.js';

/**
 * The completions that a shell offers for a value: some words, files and folders (beside `names` that may stand for a
 * file), or none because only the user knows it.
 */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files'; readonly names: readonly string[] }
  | { readonly kind: 'unknown' };

export interface CompletedOption {
  /** Such as `-o` and `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent of an option that takes no value. */
  readonly values?: Values;
}

/** The words that may follow those of one command. */
export interface CompletedCommand {
  /** Its words without the program's name, such as `migrate start`; '' of the program itself. */
  readonly path: string;
  readonly description: string;
  /** Of its subcommands, each one word. */
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** Of its arguments; absent where it takes none. */
  readonly values?: Values;
}

/** Every command of the program, each before its subcommands. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  return commandsBelow(program, '');
}

function commandsBelow(command: Command, path: string): readonly CompletedCommand[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const [argument] = command.registeredArguments;
  const completed: CompletedCommand = {
    path,
    description: command.description(),
    subcommands: subcommands.map((each) => ({ name: each.name(), description: each.description() })),
    options: help.visibleOptions(command).map(completedOption),
    ...(argument !== undefined && { values: valuesOf(argument, argument.name()) }),
  };
  return [completed, ...subcommands.flatMap((each) => commandsBelow(each, `${path} ${each.name()}`.trim()))];
}

function completedOption(option: Option): CompletedOption {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const takesValue = option.required || option.optional;
  return {
    names,
    description: option.description,
    ...(takesValue && { values: valuesOf(option, /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? '') }),
  };
}

/** @param placeholder the name of the value in the help text */
function valuesOf({ argChoices }: Option | Argument, placeholder: string): Values {
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  if (!fileLike.test(placeholder)) return { kind: 'unknown' };
  return { kind: 'files', names: templateLike.test(placeholder) ? builtInTemplates() : [] };
}

/** An assessment or a template may be given as a file. */
const fileLike = /^(file|folder|disk|certificate|assessment|before|after|other|templates?)(\.\.\.)?$/;

/** A built-in template is given by its name. */
const templateLike = /^(other|templates?)(\.\.\.)?$/;
