/** A fenced block of a page with a comment before it that says what to do with it. */
export interface MarkedBlock {
  readonly page: string;
  /** Of the comment, from 1. */
  readonly line: number;
  /** `run` it as a script of bash; it is what the last such script `prints`; it is the content of the `file` of that name. */
  readonly mark: 'run' | 'prints' | 'file';
  readonly name?: string;
  readonly text: string;
}

const marks = /^<!-- (run|prints|file)(?:: (\S+))? -->$/gm;
const fenced = /^\n```[^\n]*\n([\s\S]*?)^```$/m;

/** The marked blocks of a page, in its order. Throws where a mark is not followed by a block. */
export function markedBlocks(page: string, markdown: string): MarkedBlock[] {
  return [...markdown.matchAll(marks)].map(({ 0: comment, 1: mark, 2: name, index }) => {
    const line = markdown.slice(0, index).split('\n').length;
    const rest = markdown.slice(index + comment.length);
    const block = fenced.exec(rest);
    if (block?.index !== 0) throw new Error(`${page}:${line}: ${comment} is not followed by a fenced block.`);
    if ((mark === 'file') !== (name !== undefined)) throw new Error(`${page}:${line}: ${comment} must name a file.`);
    return {
      page,
      line,
      mark: mark as MarkedBlock['mark'],
      ...(name !== undefined && { name }),
      text: block[1] ?? '',
    };
  });
}

/**
 * The lines of an example that are not in an output. `…` stands for any text, and alone on a line for any lines; the
 * width of blanks does not matter.
 */
export function linesNotPrinted(example: string, output: string): string[] {
  const squeeze = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');
  const printed = output.split('\n').map(squeeze);
  return example
    .split('\n')
    .map(squeeze)
    .filter((line) => line !== '' && line !== '…')
    .filter((line) => {
      const pattern = new RegExp(`^${line.split('…').map(escapePattern).join('.*')}$`, 'u');
      return !printed.some((one) => pattern.test(one));
    });
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
