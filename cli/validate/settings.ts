import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Plan, ValidationSettings } from '../../mappings/index.js';
import type { ValidationType } from '../../state/index.js';
import type { TableSettings, ValidatedPair } from '../../validation/run/index.js';

type MappedTable = Plan['tables'][number];

/** The settings on the command line, which take precedence over those of the mapping. */
export interface ChosenSettings {
  readonly checks?: readonly ValidationType[];
  readonly columns?: readonly string[];
  readonly sampleRows?: number;
  /** Value by name of the partition column. */
  readonly partition: readonly Readonly<Record<string, string>>[];
}

/** How a table is compared. Fails where it does not have the partition columns that were chosen, or not such values. */
export function settingsOf(
  { validate = {}, source }: Pick<MappedTable, 'validate' | 'source'>,
  { partitionColumns }: ValidatedPair['pair'],
  chosen: ChosenSettings,
): Result<TableSettings> {
  const checks = chosen.checks ?? validate.checks;
  const columns = chosen.columns ?? validate.columns?.only;
  const sampleRows = chosen.sampleRows ?? validate.sampleRows;
  const { rowCountTolerance } = validate;
  const keyColumns = validate.columns?.key;
  const partitions = chosen.partition.map((values) => partitionValues(values, partitionColumns, source));
  const problems = partitions.flatMap((each) => (each.ok ? [] : each.error));
  if (problems.length > 0) return fail(problems);
  return ok({
    rules: rulesOf(validate),
    ...(checks && { checks }),
    ...(columns && { columns: [...columns, ...partitionColumns] }),
    ...(sampleRows !== undefined && { sampleRows }),
    ...(rowCountTolerance !== undefined && { rowCountTolerance }),
    ...(keyColumns && { locate: { keyColumns } }),
    ...(partitions.length > 0 && { partitions: partitions.flatMap((each) => (each.ok ? [each.value] : [])) }),
  });
}

function rulesOf({ columns = {}, equality = {} }: ValidationSettings): NonNullable<TableSettings['rules']> {
  const byColumn: Record<string, object> = {};
  const add = (names: readonly string[] | undefined, rules: object): void => {
    for (const name of names ?? []) byColumn[name.toLowerCase()] = { ...byColumn[name.toLowerCase()], ...rules };
  };
  for (const [name, rules] of Object.entries(equality.columns ?? {})) add([name], rules);
  add(columns.exclude, { isExcluded: true });
  add(columns.mask, { isMasked: true });
  return {
    ...(equality.types && { byType: equality.types }),
    ...(Object.keys(byColumn).length > 0 && { byColumn }),
  };
}

function partitionValues(
  chosen: Readonly<Record<string, string>>,
  keys: readonly string[],
  { database, name, partitionKeys }: MappedTable['source'],
): Result<readonly (string | null)[]> {
  const given = new Map(Object.entries(chosen).map(([key, value]) => [key.toLowerCase(), value]));
  const known = keys.map((key) => key.toLowerCase());
  if (given.size !== known.length || known.some((key) => !given.has(key)))
    return fail([
      wrong(
        `${database}.${name}`,
        known.length === 0
          ? 'The rows of this table are not compared by partition.'
          : `--partition has ${[...given.keys()].join(', ')}; a partition of this table is ${known.map((key) => `${key}=…`).join(',')}.`,
      ),
    ]);
  const types = new Map(partitionKeys.map((key) => [key.name.toLowerCase(), key.type]));
  const values = known.map((key) => textOf(given.get(key) ?? '', types.get(key) ?? 'string'));
  const at = values.indexOf(undefined);
  if (at === -1) return ok(values.map((value) => value ?? null));
  const key = known[at] ?? '';
  return fail([
    wrong(`${database}.${name}`, `'${given.get(key) ?? ''}' is not a valid ${types.get(key) ?? ''} for ${key}.`),
  ]);
}

/** Hive's name of the partition without a value. */
const nullName = '__HIVE_DEFAULT_PARTITION__';

/** As validation writes values of the type; `undefined` where it is none. */
function textOf(value: string, type: string): string | null | undefined {
  if (value === nullName) return null;
  if (/^(tinyint|smallint|int|integer|bigint)$/i.test(type))
    return /^-?\d{1,19}$/.test(value) ? String(BigInt(value)) : undefined;
  if (/^boolean$/i.test(type)) return /^(true|false)$/.test(value) ? value : undefined;
  if (/^date$/i.test(type)) return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
  return value;
}

function wrong(path: string, message: string): Diagnostic {
  return diagnostic({
    code: 'validation-partition',
    path,
    message,
    fix: 'Name every partition column with a value that the source lists, such as --partition year=2025,month=01.',
  });
}
