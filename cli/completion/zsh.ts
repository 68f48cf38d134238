import type { CompletedCommand, Values } from './completed-commands.js';

/** A completion function of zsh, which can be sourced after `compinit` or lie in a folder of `fpath` as `_aws2openstack`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return `#compdef aws2openstack
# Completion of aws2openstack in zsh.
_aws2openstack() {
  local at= previous=\${words[CURRENT-1]} word
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${paths.map((path) => `(${quoted(path)})`).join('|')}) at=\${at:+$at }$word ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  case "$at $previous" in
${commands.flatMap(valueCases).join('')}  esac
  if [[ $PREFIX == -* ]]; then
    case $at in
${commands.map(optionCase).join('')}    esac
    _describe -o option entries
    return
  fi
  case $at in
${commands.map(argumentCase).join('')}  esac
}
if [[ $funcstack[1] == _aws2openstack ]]; then
  _aws2openstack "$@"
else
  compdef _aws2openstack aws2openstack
fi
`;
}

function valueCases({ path, options }: CompletedCommand): readonly string[] {
  return options.flatMap(({ names, values }) =>
    values === undefined
      ? []
      : `    ${names.map((name) => `(${quoted(`${path} ${name}`)})`).join('|')}) ${offer(values)}; return ;;\n`,
  );
}

function optionCase({ path, options }: CompletedCommand): string {
  const entries = options.flatMap(({ names, description }) => names.map((name) => entry(name, description)));
  return `      (${quoted(path)}) entries=(${entries.join(' ')}) ;;\n`;
}

function argumentCase({ path, subcommands, values = { kind: 'unknown' } }: CompletedCommand): string {
  if (subcommands.length === 0) return `    (${quoted(path)}) ${offer(values)} ;;\n`;
  const entries = subcommands.map(({ name, description }) => entry(name, description));
  return `    (${quoted(path)}) entries=(${entries.join(' ')}); _describe -t commands command entries ;;\n`;
}

function offer(values: Values): string {
  if (values.kind === 'words') return `compadd -- ${values.words.map(quoted).join(' ')}`;
  if (values.kind === 'unknown') return ':';
  const names = `templates:built-in template:(${values.names.join(' ')})`;
  return values.names.length === 0 ? '_files' : `_alternative ${quoted(names)} 'files:file:_files'`;
}

/** Of `_describe`, which separates the two by a colon. */
function entry(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
