/** One simple command of a shell: its words without quotes, redirections, assignments before it, and comments. */
export type ShellCommand = readonly string[];

/** The simple commands of a script in the order in which they stand, those of substitutions and subshells too. */
export function shellCommands(script: string): readonly ShellCommand[] {
  const commands: string[][] = [];
  let command: string[] = [];
  let word: string | undefined;
  let isTarget = false;
  const endWord = (): void => {
    if (word !== undefined && !isTarget) command.push(word);
    if (word !== undefined) isTarget = false;
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    const start = command.findIndex((each) => !/^\w+=/.test(each));
    if (start !== -1) commands.push(command.slice(start));
    command = [];
  };
  for (const [token] of script.matchAll(tokens)) {
    if (token === '\\\n' || /^[ \t]+$/.test(token)) endWord();
    else if (token.startsWith('#')) {
      // Within a word it is a character like any other; outside, the rest of the line is a comment.
      if (word === undefined) continue;
      word += token;
    } else if (/^[\n;&|()]+$/.test(token)) endCommand();
    else if (/^\d?[<>]+&?\d?$/.test(token)) {
      endWord();
      // `<(` and `2>&1` name no file.
      isTarget = !/&\d$/.test(token);
    } else if (/^<\($/.test(token)) endCommand();
    else word = `${word ?? ''}${unquoted(token)}`;
  }
  endCommand();
  return commands;
}

const tokens = /\\\n|[ \t]+|#[^\n]*|<\(|\d?[<>]+(?:&\d)?|[\n;&|()]+|'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s#<>;&|()'"\\]+/g;

function unquoted(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1);
  if (token.startsWith('"')) return token.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
  return token.startsWith('\\') ? token.slice(1) : token;
}

export interface DocumentedCommand {
  readonly words: ShellCommand;
  /** Whether it stands in a block that can be copied, and leaves nothing out by an ellipsis. */
  readonly isWhole: boolean;
}

/** The commands in the shell blocks and the code spans of a page. */
export function documentedCommands(page: string): readonly DocumentedCommand[] {
  const blocks = [...page.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    block.replaceAll(/^\$ /gm, ''),
  );
  const text = page.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const spans = [...text.matchAll(/(`+)([^`\n]+)\1/g)].map(([, , span = '']) => span);
  return [
    ...blocks.flatMap(shellCommands).map((words) => ({ words, isWhole: !words.some(isEllipsis) })),
    ...spans.flatMap((span) => shellCommands(span).slice(0, 1)).map((words) => ({ words, isWhole: false })),
  ].map(({ words, isWhole }) => ({ words: words.filter((word) => !isEllipsis(word)), isWhole }));
}

function isEllipsis(word: string): boolean {
  return word === '…' || word === '...';
}
