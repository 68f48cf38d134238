import type { CompletedCommand, CompletedOption, Values } from './completed-commands.js';

/** Completions of fish 3 or newer. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return `# Completion of aws2openstack in fish.
set -g __aws2openstack_commands ${paths.map(quoted).join(' ')}

function __aws2openstack_at --description 'whether the words before the cursor are those of this command'
    set -l at
    for word in (commandline -opc)[2..-1]
        set -l candidate (string trim -- "$at $word")
        contains -- $candidate $__aws2openstack_commands; and set at $candidate
    end
    test "$at" = "$argv[1]"
end

complete -c aws2openstack -e
complete -c aws2openstack -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, subcommands, options, values }: CompletedCommand): readonly string[] {
  const start = `complete -c aws2openstack -n ${quoted(`__aws2openstack_at "${path}"`)}`;
  return [
    ...subcommands.map(({ name, description }) => `${start} -a ${quoted(name)} -d ${quoted(description)}`),
    ...options.map((option) => `${start} ${flagsOf(option)}`),
    ...(values === undefined || values.kind === 'unknown' ? [] : [`${start} ${offer(values)}`]),
  ];
}

function flagsOf({ names, description, values }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...flags, ...(values === undefined ? [] : ['-r', offer(values)]), `-d ${quoted(description)}`].join(' ');
}

function offer(values: Values): string {
  if (values.kind === 'words') return `-f -a ${quoted(values.words.join(' '))}`;
  if (values.kind === 'unknown') return '-f';
  return values.names.length === 0 ? '-F' : `-F -a ${quoted(values.names.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
