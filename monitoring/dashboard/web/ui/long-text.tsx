import { printable } from '../../../../core/diagnostic.js';

/** Letters on one line of a narrow column, and on its first three. */
const [oneLine, threeLines] = [20, 60];

interface LongTextProps {
  readonly text: string;
  /** What an engine answered, not a sentence. */
  readonly isCode?: boolean;
}

/** A text of any length in a cell of a table: three lines of it, and all of it where somebody opens it. */
export function LongText({ text, isCode = false }: LongTextProps) {
  const shown = printable(text);
  const content = isCode ? <code>{shown}</code> : shown;
  if (shown.length <= oneLine) return <span class="one-line">{content}</span>;
  const kind = isCode ? 'value' : 'sentence';
  if (shown.length <= threeLines) return <div class={kind}>{content}</div>;
  return (
    <details class={kind}>
      <summary>{content}</summary>
    </details>
  );
}
