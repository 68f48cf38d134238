/** Columns side by side, indented by two; from `firstNumber` on they are numbers, aligned to the right. */
export function alignColumns(rows: readonly (readonly string[])[], firstNumber: number): string {
  if (rows.length === 0) return '  none';
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row.map((cell, column) =>
        column < firstNumber ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    )
    .map((cells) => `  ${cells.filter((_, column) => widths[column] !== 0).join('  ')}`)
    .join('\n');
}
