import type { CompletedCommand, Values } from './completed-commands.js';

/**
 * A completion function of bash 3.2 or newer, which needs no package of completions. Where it finds no words, readline
 * completes file names (`complete -o default`), unless `compopt`, which bash has had since 4.0, has turned that off.
 */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return `# Completion of aws2openstack in bash.
_aws2openstack() {
  local at= index subcommands= options= values=unknown names=
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  # Bash splits --option=value into three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${at:+$at }\${COMP_WORDS[index]}" in
      ${alternatives(paths)}) at=\${at:+$at }\${COMP_WORDS[index]} ;;
    esac
  done
  case "$at $previous" in
${commands.flatMap(valueCases).join('')}    *)
      case $at in
${commands.map(commandCase).join('')}      esac
      if [[ $current == -* ]]; then
        values=$options
      elif [[ -n $subcommands ]]; then
        values=$subcommands
      fi
      ;;
  esac
  if [[ $values == files ]]; then
    [[ -n $names ]] || return 0
    COMPREPLY=($(compgen -W "$names" -- "$current"))
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
    return 0
  fi
  compopt +o default 2>/dev/null
  [[ $values == unknown ]] || COMPREPLY=($(compgen -W "$values" -- "$current"))
  return 0
}
complete -o default -F _aws2openstack aws2openstack
`;
}

function alternatives(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(' | ');
}

function valueCases({ path, options }: CompletedCommand): readonly string[] {
  return options.flatMap(({ names, values }) =>
    values === undefined
      ? []
      : `    ${alternatives(names.map((name) => `${path} ${name}`))}) ${assignments(values)} ;;\n`,
  );
}

function commandCase({ path, subcommands, options, values }: CompletedCommand): string {
  const all = [
    ...(subcommands.length === 0 ? [] : [`subcommands='${subcommands.map(({ name }) => name).join(' ')}'`]),
    `options='${options.flatMap(({ names }) => names).join(' ')}'`,
    ...(values === undefined ? [] : [assignments(values)]),
  ];
  return `        '${path}') ${all.join(' ')} ;;\n`;
}

function assignments(values: Values): string {
  if (values.kind === 'words') return `values='${values.words.join(' ')}'`;
  const hasNames = values.kind === 'files' && values.names.length > 0;
  return `values=${values.kind}${hasNames ? ` names='${values.names.join(' ')}'` : ''}`;
}
