const dayMs = 86_400_000;

/** Returns a list unchanged; `01..12` counts with the width of its start, `2026-01-01..2026-01-31` by days. Ends are included. */
export function expandValues(values: string | readonly (string | number)[]): readonly string[] {
  if (typeof values !== 'string') return values.map(String);
  const [first = '', last = ''] = values.split('..');
  return first.includes('-') ? days(first, last) : numbers(first, last);
}

function numbers(first: string, last: string): string[] {
  const start = Number(first);
  return Array.from({ length: Number(last) - start + 1 }, (_, index) =>
    String(start + index).padStart(first.length, '0'),
  );
}

function days(first: string, last: string): string[] {
  const start = Date.parse(first);
  return Array.from({ length: (Date.parse(last) - start) / dayMs + 1 }, (_, index) =>
    new Date(start + index * dayMs).toISOString().slice(0, 10),
  );
}
