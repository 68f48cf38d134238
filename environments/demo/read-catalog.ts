import type { Column, DatabaseInput, PartitionInput, StorageDescriptor, TableInput } from '@aws-sdk/client-glue';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expandValues } from './partition-values.js';
import { viewInput } from './views.js';
import type { ViewText } from './views.js';

/** The demo's catalog as inputs of the Glue API. */
export interface DemoCatalog {
  readonly databases: readonly DatabaseInput[];
  readonly tables: readonly DemoTable[];
}

export interface DemoTable {
  readonly databaseName: string;
  readonly input: TableInput;
  readonly partitions: readonly PartitionInput[];
}

type Texts = Readonly<Record<string, string | number | boolean>>;

/** A database in `catalog/*.yaml`. */
interface DatabaseText {
  readonly description?: string;
  readonly location?: string;
  readonly parameters?: Texts;
  readonly link?: LinkText;
  readonly tables?: Readonly<Record<string, TableText>>;
}

/** A table in `catalog/*.yaml`. */
interface TableText {
  /** A key of storage-formats.yaml; without it the table has no storage descriptor. */
  readonly format?: string;
  /** Default: its own folder in the database's location; `none` leaves it out. */
  readonly location?: string;
  /** `name type`, separated by commas or line ends; a name with blanks is in backquotes. */
  readonly columns?: string;
  readonly partitions?: PartitionsText;
  /** Written as `totalSize` and `numRows`, as Hive and Spark do. */
  readonly stats?: { readonly bytes?: number; readonly rows?: number };
  /** Written as `recordCount`, `averageRecordSize`, `sizeKey` and `objectCount`, as a crawler does. */
  readonly crawled?: { readonly rows: number; readonly rowBytes: number; readonly files: number };
  readonly parameters?: Texts;
  readonly serdeParameters?: Texts;
  readonly descriptor?: Partial<StorageDescriptor>;
  readonly type?: string;
  readonly description?: string;
  readonly view?: ViewText;
  readonly link?: LinkText;
}

interface PartitionsText {
  readonly by: string;
  /** The values of each key: a list, or a range such as `01..12` or `2026-01-01..2026-01-31`. Absent: projection or no data. */
  readonly of?: readonly (string | readonly (string | number)[])[];
  /** The folder below the table's location. Default: `key=value/key=value/`. */
  readonly folder?: string;
  readonly stats?: { readonly bytes: number; readonly rows: number };
  /** The first whose `where` holds changes the partition's own descriptor. */
  readonly except?: readonly {
    readonly where: Texts;
    readonly format?: string;
    readonly columns?: string;
    readonly location?: string;
  }[];
}

interface LinkText {
  /** Default: the demo's own account. */
  readonly account?: string;
  readonly database: string;
  readonly table?: string;
}

interface FormatText {
  readonly serde?: string;
  readonly input?: string;
  readonly output?: string;
  readonly serdeParameters?: Texts;
  readonly parameters?: Texts;
}

/** The account that moto emulates. */
const account = '123456789012';

/** Reads the definitions in `catalog/`. The same files give the same catalog. */
export function readDemoCatalog(): DemoCatalog {
  const folder = join(import.meta.dirname, 'catalog');
  const texts = readdirSync(folder)
    .sort()
    .map((name) => readYaml(join(folder, name)) as Readonly<Record<string, DatabaseText>>);
  const reader = new CatalogReader(
    readYaml(join(import.meta.dirname, 'storage-formats.yaml')) as Record<string, FormatText>,
  );
  const databases = texts.flatMap((file) => Object.entries(file));
  return {
    databases: databases.map(([name, text]) => databaseInput(name, text)),
    tables: databases.flatMap(([name, text]) =>
      Object.entries(text.tables ?? {}).map(([table, tableText]) => reader.readTable(name, text, table, tableText)),
    ),
  };
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'), { schema: 'core' });
}

function databaseInput(name: string, { description, location, parameters, link }: DatabaseText): DatabaseInput {
  return {
    Name: name,
    Description: description,
    LocationUri: location,
    Parameters: texts(parameters),
    TargetDatabase: link && { CatalogId: link.account ?? account, DatabaseName: link.database },
  };
}

class CatalogReader {
  constructor(private readonly formats: Readonly<Record<string, FormatText>>) {}

  readTable(databaseName: string, database: DatabaseText, name: string, text: TableText): DemoTable {
    if (text.link) return { databaseName, input: linkInput(name, text.link), partitions: [] };
    const columns = readColumns(text.columns);
    if (text.view) {
      return { databaseName, input: viewInput(databaseName, name, columns, text.view), partitions: [] };
    }
    const format = text.format === undefined ? undefined : this.format(text.format);
    const location = text.location === 'none' ? undefined : (text.location ?? `${database.location ?? ''}${name}/`);
    const descriptor = format && { ...describe(format, columns, location, text), ...text.descriptor };
    const keys = readColumns(text.partitions?.by);
    const input: TableInput = {
      Name: name,
      Description: text.description,
      TableType: text.type === 'none' ? undefined : (text.type ?? 'EXTERNAL_TABLE'),
      Parameters: { ...texts(format?.parameters), ...statistics(text), ...texts(text.parameters) },
      PartitionKeys: keys,
      StorageDescriptor: descriptor,
    };
    return { databaseName, input, partitions: descriptor ? this.partitions(descriptor, keys, text.partitions) : [] };
  }

  private partitions(
    table: StorageDescriptor,
    keys: readonly Column[],
    text: PartitionsText | undefined,
  ): PartitionInput[] {
    if (text?.of === undefined) return [];
    const names = keys.map(({ Name }) => Name ?? '');
    return combinations(text.of.map(expandValues)).map((values) => {
      const named = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
      const folder = text.folder?.replace(/\$\{(\w+)\}/g, (_, name: string) => named[name] ?? '');
      const location = `${table.Location ?? ''}${folder ?? names.map((name, i) => `${name}=${values[i] ?? ''}/`).join('')}`;
      const exception = text.except?.find(({ where }) =>
        Object.entries(where).every(([name, value]) => named[name] === String(value)),
      );
      const columns = exception?.columns === undefined ? table.Columns : readColumns(exception.columns);
      const own =
        exception?.format === undefined ? table : describe(this.format(exception.format), columns ?? [], location, {});
      return {
        Values: values,
        StorageDescriptor: { ...own, Columns: columns, Location: exception?.location ?? location },
        Parameters: text.stats && { totalSize: String(text.stats.bytes), numRows: String(text.stats.rows) },
      };
    });
  }

  private format(name: string): FormatText {
    const format = this.formats[name];
    if (format === undefined) throw new Error(`storage-formats.yaml has no format '${name}'`);
    return format;
  }
}

function describe(
  { serde, input, output, serdeParameters }: FormatText,
  columns: Column[],
  location: string | undefined,
  text: TableText,
): StorageDescriptor {
  return {
    Columns: columns,
    Location: location,
    InputFormat: input,
    OutputFormat: output,
    Compressed: false,
    NumberOfBuckets: -1,
    SerdeInfo:
      serde === undefined
        ? undefined
        : {
            SerializationLibrary: serde,
            Parameters: { ...texts(serdeParameters), ...texts(text.serdeParameters) },
          },
    StoredAsSubDirectories: false,
  };
}

function linkInput(name: string, { account: owner, database, table }: LinkText): TableInput {
  return { Name: name, TargetTable: { CatalogId: owner ?? account, DatabaseName: database, Name: table } };
}

function statistics({ stats, crawled }: TableText): Record<string, string> {
  return texts({
    ...(stats?.bytes !== undefined && { totalSize: stats.bytes }),
    ...(stats?.rows !== undefined && { numRows: stats.rows }),
    ...(crawled && {
      recordCount: crawled.rows,
      averageRecordSize: crawled.rowBytes,
      sizeKey: crawled.rows * crawled.rowBytes,
      objectCount: crawled.files,
      UPDATED_BY_CRAWLER: 'acme-nightly',
      typeOfData: 'file',
    }),
  });
}

/** Glue's parameters are texts. */
function texts(values: Texts | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Splits at the commas and line ends outside angle brackets and parentheses. */
function readColumns(text: string | undefined): Column[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text ?? '') {
    if ('<('.includes(character)) depth += 1;
    if ('>)'.includes(character)) depth -= 1;
    if (depth === 0 && (character === ',' || character === '\n')) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readColumn);
}

function readColumn(text: string): Column {
  const match = /^(?:`([^`]*)`|(\S+))\s+(.*?)(?:\s+--\s+(.*))?$/.exec(text);
  if (match === null) throw new Error(`'${text}' is not a column: it needs a name and a type`);
  return { Name: match[1] ?? match[2], Type: match[3], Comment: match[4] };
}

function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}
