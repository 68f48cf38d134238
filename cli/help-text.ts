/** The text of a command's help below its options. */
export interface HelpText {
  /** The inputs of the command besides its arguments. */
  readonly reads: string;
  /** The effects of the command besides its output. */
  readonly writes: string;
  /** Variables of the environment: one line each, or continued in lines that begin with blanks. */
  readonly environment?: readonly string[];
  /** Paragraphs above the other sections. */
  readonly notes?: readonly string[];
  /**
   * When it exits 1.
   * @default it failed; the reason is on standard error
   */
  readonly exitsOne?: string;
  /**
   * When it exits 0.
   * @default it succeeded
   */
  readonly exitsZero?: string;
  /** Command lines, each after `$ `; a line that begins with two blanks continues the one before. */
  readonly examples: readonly string[];
}

const width = 110;
const indent = 13;

/** For `addHelpText`. */
export function helpText({ reads, writes, environment, notes, exitsZero, exitsOne, examples }: HelpText): string {
  return [
    '',
    ...(notes === undefined ? [] : [...notes.map((note) => wrapped('', note)), '']),
    wrapped('Reads:', reads),
    wrapped('Writes:', writes),
    wrapped('Exit status:', `0 if ${exitsZero ?? 'it succeeded'}`),
    wrapped(' ', `1 if ${exitsOne ?? 'it failed; the reason is on standard error'}`),
    wrapped(' ', '2 if the command line is wrong'),
    ...(environment === undefined ? [] : ['', 'Environment:', ...environment.map((line) => `  ${line}`)]),
    '',
    'Example:',
    ...examples.map((line) => (line.startsWith('  ') ? `    ${line}` : `  $ aws2openstack ${line}`)),
  ].join('\n');
}

/** The text in lines of at most `width` characters, below one another after the label. */
function wrapped(label: string, text: string): string {
  const start = label === '' ? 0 : indent;
  const lines = text.split(' ').reduce<readonly string[]>((before, word) => {
    const last = before.at(-1);
    return last === undefined || start + last.length + 1 + word.length > width
      ? [...before, word]
      : [...before.slice(0, -1), `${last} ${word}`];
  }, []);
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(start)}${line}`).join('\n');
}
