/** Lines for `source`, in POSIX shell, that set variables; those without a value are removed. It holds secrets. */
export function environmentScript(variables: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(variables)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => (value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`));
  return `# The variables of \`make journey\`, for commands by hand. It holds passwords.\n${lines.join('\n')}\n`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The variables of an environment that differ from those of this process. */
export function differencesOf(
  environment: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => own[name] !== value));
}
