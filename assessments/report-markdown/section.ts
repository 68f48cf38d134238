/** A lake may hold 100,000 tables; a page that a person reads may not. */
const maxRows = 200;

/** A titled table; empty without rows. `what` names the rows that are left out, which are in `report`. */
export function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  what: string,
  report = 'glue-catalog-assessment.json',
): string {
  if (rows.length === 0) return '';
  const left = rows.length - maxRows;
  const rest = left > 0 ? ['', `${left} more ${what} are in ${report}.`] : [];
  return [`## ${title}`, '', ...table(head, rows.slice(0, maxRows)), ...rest].join('\n');
}

/** Lines of a Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
