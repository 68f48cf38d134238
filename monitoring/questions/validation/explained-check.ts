import type { ValidationResult } from '../../../state/repositories/validation-results.js';
import { valuesInOrder } from '../../../validation/locate/show-rows.js';
import { catalogText, list, nullable, object, record, text, whole } from '../schema.js';
import type { Schema, TypeOf } from '../schema.js';
import { checkDocument, checkProperties } from './check-document.js';

/** More rows than a person or a model needs to see what is wrong. */
const mostRows = 20;
const mostFindings = 50;

const value: Schema<string | null> = nullable(catalogText('Value of a column.'));
const row = record(value);

export const explainedCheckSchema = object({
  ...checkProperties,
  findings: list(
    object({ code: text('Of the diagnostic.'), message: catalogText('What was found.'), fix: text('What to do.') }),
    `The first ${mostFindings}.`,
  ),
  power: nullable(
    object({ tried: whole('Deliberate errors that were tried.'), caught: whole('Errors that the check noticed.') }),
  ),
  rows_that_differ: nullable(
    object({
      missing: whole('Rows that only the source has.'),
      extra: whole('Rows that only the target has.'),
      changed: whole('Rows with the same key that differ.'),
      missing_rows: list(row, `The first ${mostRows}.`),
      extra_rows: list(row, `The first ${mostRows}.`),
      changed_rows: list(object({ source: row, target: row, columns: list(catalogText('Differs.')) })),
    }),
  ),
});

/** The details stored with a validation result; older results may lack parts. */
interface Details {
  readonly results?: readonly {
    readonly findings?: readonly { readonly code: string; readonly message: string; readonly fix: string }[];
  }[];
  readonly power?: { readonly tried: number; readonly caught: number };
  readonly located?: {
    /** Of each row, in the table's order. */
    readonly columns?: readonly string[];
    readonly totals: { readonly missing: number; readonly extra: number; readonly changed: number };
    readonly missing: readonly Row[];
    readonly extra: readonly Row[];
    readonly changed: readonly { readonly source: Row; readonly target: Row; readonly columns: readonly string[] }[];
  } | null;
}

interface Row {
  readonly values: Readonly<Record<string, string | null>>;
}

export function explainedCheckDocument(result: ValidationResult): TypeOf<typeof explainedCheckSchema> {
  const { results = [], power, located = null } = (result.details ?? {}) as Details;
  const findings = results.flatMap((each) => each.findings ?? []);
  return {
    ...checkDocument(result),
    findings: findings.slice(0, mostFindings).map(({ code, message, fix }) => ({ code, message, fix })),
    power: power === undefined ? null : { tried: power.tried, caught: power.caught },
    rows_that_differ: located === null ? null : rowsThatDiffer(located),
  };
}

function rowsThatDiffer({ columns: order, totals, missing, extra, changed }: NonNullable<Details['located']>) {
  const valuesOf = (of: Row): Row['values'] => Object.fromEntries(valuesInOrder(of, order));
  return {
    missing: totals.missing,
    extra: totals.extra,
    changed: totals.changed,
    missing_rows: missing.slice(0, mostRows).map(valuesOf),
    extra_rows: extra.slice(0, mostRows).map(valuesOf),
    changed_rows: changed
      .slice(0, mostRows)
      .map(({ source, target, columns }) => ({ source: valuesOf(source), target: valuesOf(target), columns })),
  };
}
