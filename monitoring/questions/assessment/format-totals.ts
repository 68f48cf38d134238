import { compareText } from '../../../core/canonical-json.js';
import type { FormatTotals } from '../../../state/schema/tables.js';
import { object, text, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const formatTotalsSchema = object({
  format: text('Format of the tables.'),
  tables: whole('Tables of this format.'),
  size_bytes: whole('Of those of known size.'),
});

/** The most frequent first. */
export function formatTotals(totals: FormatTotals): readonly TypeOf<typeof formatTotalsSchema>[] {
  return Object.entries(totals)
    .map(([format, { tables, size_bytes }]) => ({ format, tables, size_bytes }))
    .sort((a, b) => b.tables - a.tables || compareText(a.format, b.format));
}
