/** Stands for NULL in the folder and in the catalog. Source: Hive, `hive.exec.default.partition.name`. */
export const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** The values of a partition as Trino compares them; `null` for NULL. */
export type PartitionKey = readonly (string | null)[];

/**
 * A partition by what Trino makes of its values: of a number, `01` and `1` are the same. `types` are Trino's, in the order
 * of the values.
 */
export function keyOfListed(values: readonly string[], types: readonly string[]): PartitionKey {
  return values.map((value, at) => (value === nullPartition ? null : canonical(value, types[at] ?? 'varchar')));
}

/** The same of a row of Trino's partitions table. */
export function keyOfRow(row: readonly unknown[], types: readonly string[]): PartitionKey {
  return row.map((value, at) =>
    value === null ? null : canonical(String(value as string | number | bigint | boolean), types[at] ?? 'varchar'),
  );
}

/** The values as Hive keeps them, as far as Trino's tell. */
export function valuesOfKey(key: PartitionKey): readonly string[] {
  return key.map((value) => value ?? nullPartition);
}

function canonical(text: string, type: string): string {
  const [name = ''] = type.split('(');
  switch (name) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return /^[+-]?\d+$/.test(text) ? String(BigInt(text.replace('+', ''))) : text;
    case 'decimal':
      return decimal(text);
    case 'double':
      return String(Number(text));
    case 'real':
      return String(Math.fround(Number(text)));
    case 'boolean':
      return text.toLowerCase();
    case 'char':
      return text.trimEnd();
    case 'timestamp':
      return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
    default:
      return text;
  }
}

function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  const digits = `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return text;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** The values in the name of a partition, such as `year=2024/city=S%C3%A3o`. Source: Hive, `FileUtils.unescapePathName`. */
export function valuesOfName(name: string): readonly string[] {
  return name
    .split('/')
    .map((step) =>
      step
        .slice(step.indexOf('=') + 1)
        .replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    );
}
