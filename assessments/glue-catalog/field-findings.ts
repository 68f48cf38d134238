import type { Database, Partition, StorageDescriptor, Table } from '@aws-sdk/client-glue';
import { compareText } from '../../core/canonical-json.js';
import type { Place } from '../../core/parameters/known-parameter.js';
import { isHarmless } from '../../core/parameters/parameters.js';
import type { AssessedTable, Finding } from '../assessment.js';
import { formatOfOtherSource } from '../classification/other-sources.js';
import { textMap } from '../classification/parameters.js';
import { unknownFields } from './glue-fields.js';

/** Something in an entry of Glue that no other part of the report tells. */
export interface Notice {
  readonly code: keyof typeof texts;
  /** Such as the field’s name; empty where the code says all. */
  readonly subject: string;
  /** `database` or `database.table`. */
  readonly asset: string;
}

export function noticesOfDatabase(database: Database): readonly Notice[] {
  return unknownIn('Database', database, database.Name ?? '');
}

export function noticesOfTable(database: string, table: Table): readonly Notice[] {
  const asset = `${database}.${table.Name ?? ''}`;
  const own = textMap(table.Parameters);
  const notices: Notice[] = [...unknownIn('Table', table, asset)];
  const add = (code: Notice['code'], subject = ''): void => {
    notices.push({ code, subject, asset });
  };
  for (const column of [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])]) {
    for (const key of unread(column.Parameters, own, 'column')) add('column-parameter-not-read', key);
  }
  const keys = descriptorParameters(table.StorageDescriptor, own);
  // Streams and databases are recognised by these parameters, and hold no files that they could change.
  const isOther = keys.length > 0 && formatOfOtherSource(own, table, null) !== undefined;
  if (!isOther) for (const key of keys) add('descriptor-parameter-not-read', key);
  if (table.IsRegisteredWithLakeFormation === true) add('lake-formation');
  const policy = table.RLSProperties?.DefaultRLSPolicy;
  if (policy !== undefined && policy !== '') add('row-filter', policy);
  const state = table.Status?.State;
  if (state !== undefined && state !== 'SUCCESS') {
    const reason = table.Status?.Error?.ErrorMessage ?? '';
    add('change-pending', `${table.Status?.Action ?? 'change'} ${state}${reason === '' ? '' : `: ${reason}`}`);
  }
  return notices;
}

/** Of partitions, which have no names of their own here: the table is named. */
export function noticesOfPartition(table: AssessedTable, partition: Partition): readonly Notice[] {
  const asset = `${table.database}.${table.name}`;
  const keys = [
    ...unread(partition.Parameters, table.parameters, 'partition'),
    ...descriptorParameters(partition.StorageDescriptor, { ...table.parameters, ...textMap(partition.Parameters) }),
  ];
  return [
    ...unknownIn('Partition', partition, asset),
    ...keys.map((subject): Notice => ({ code: 'partition-parameter-not-read', subject, asset })),
    ...(partition.StorageDescriptor?.Columns ?? [])
      .flatMap(({ Parameters }) => unread(Parameters, table.parameters, 'column'))
      .map((subject): Notice => ({ code: 'column-parameter-not-read', subject, asset })),
  ];
}

/** Keys that neither change nothing nor repeat the table’s own parameter, which is judged there. */
function unread(
  parameters: Readonly<Record<string, string>> | null | undefined,
  known: Readonly<Record<string, string>>,
  place: Place,
): readonly string[] {
  return Object.entries(parameters ?? {})
    .filter(([key, value]) => value !== known[key] && !isHarmless(key, place))
    .map(([key]) => key);
}

function descriptorParameters(
  descriptor: StorageDescriptor | undefined,
  known: Readonly<Record<string, string>>,
): readonly string[] {
  return unread(descriptor?.Parameters, known, 'table or SerDe');
}

function unknownIn(shape: Parameters<typeof unknownFields>[0], entry: object, asset: string): readonly Notice[] {
  return unknownFields(shape, entry).map((field) => ({ code: 'unknown-field', subject: `${shape}.${field}`, asset }));
}

const texts = {
  'unknown-field': (field: string, where: string) => [
    `Glue returns the field ${field} of ${where}, which this version of aws2openstack does not read.`,
    'Update aws2openstack. If it is the newest, look the field up in the AWS Glue API reference and decide whether it changes what these entries mean.',
  ],
  'column-parameter-not-read': (key: string, where: string) => [
    `The parameter '${key}' of columns of ${where} is not read.`,
    'Ask the program that wrote it whether it changes how the column is read; if so, block the table with a rule of the mapping.',
  ],
  'descriptor-parameter-not-read': (key: string, where: string) => [
    `The parameter '${key}' of the storage descriptor of ${where} is not read.`,
    'Ask the program that wrote it whether it changes how rows are read; if so, set it as a table or SerDe parameter in Glue, where it is judged.',
  ],
  'partition-parameter-not-read': (key: string, where: string) => [
    `The parameter '${key}' of partitions of ${where} is not read.`,
    'Ask the program that wrote it whether it changes how rows are read; if so, block the table with a rule of the mapping.',
  ],
  'lake-formation': (_subject: string, where: string) => [
    `Lake Formation manages access to ${where}; its grants, filters and tags are not read.`,
    'State who may read what under `grants` in the mapping; `aws lakeformation list-permissions` shows the grants.',
  ],
  'row-filter': (policy: string, where: string) => [
    `The row-level security policy '${policy}' applies to ${where}; it is not read.`,
    'Add it as `rows` to a grant in the mapping before you let people read the table.',
  ],
  'change-pending': (state: string, where: string) => [
    `A change of ${where} is not complete in Glue (${state}).`,
    'Wait until Glue has completed it or repeat the change, then run `aws2openstack assess glue-catalog` again.',
  ],
} as const satisfies Record<string, (subject: string, where: string) => readonly [string, string]>;

/** More names than a person reads in one message. */
const maxNamed = 5;

/** Collects notices: what many entries have in common becomes one finding, which names some of them and counts all. */
export class NoticeTally {
  private readonly groups = new Map<string, { readonly first: Notice; readonly assets: Set<string> }>();

  add(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const key = JSON.stringify([notice.code, notice.subject]);
      const group = this.groups.get(key);
      if (group === undefined) this.groups.set(key, { first: notice, assets: new Set([notice.asset]) });
      else group.assets.add(notice.asset);
    }
  }

  findings(): readonly Finding[] {
    return [...this.groups.values()].map(({ first: { code, subject, asset }, assets }): Finding => {
      const named = [...assets].sort(compareText).slice(0, maxNamed).join(', ');
      const where = assets.size > maxNamed ? `${named} and ${assets.size - maxNamed} more` : named;
      const [message, fix] = texts[code](subject, where);
      return {
        code,
        severity: code === 'lake-formation' ? 'info' : 'warning',
        asset: assets.size === 1 ? asset : '',
        message,
        fix,
      };
    });
  }
}

/** Each once: the partitions of a page mostly say the same. */
export function distinctNotices(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()];
}
