import type { StatementOptions, TrinoClient, TrinoDiagnostic, TrinoRows } from '../../../clients/trino/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';

type Answer = Result<TrinoRows, readonly TrinoDiagnostic[]>;

interface Relation {
  readonly kind: 'TABLE' | 'VIEW';
  /** As SHOW CREATE gives it, without its name. */
  body: string;
  /** Location by partition values as JSON. */
  readonly partitions: Map<string, string>;
  readonly snapshots: { readonly id: string; readonly parent: string | null; readonly rows: number }[];
  metadata: string[];
  rows: number;
  /** Of a table that is loaded: rows by partition values as JSON. */
  readonly loaded: Map<string, number>;
}

export function trinoError(errorName: string, message: string, errorType = 'USER_ERROR'): TrinoDiagnostic {
  return {
    code: 'trino-statement-failed',
    severity: 'error',
    path: '',
    message: `Trino reports ${errorName}: ${message}`,
    fix: 'Read the log.',
    trino: { errorName, errorType, message, queryId: 'q1' },
  };
}

/** Of a client that lost its connection. */
export const connectionLost: TrinoDiagnostic = {
  code: 'trino-unreachable',
  severity: 'error',
  path: '',
  message: 'http://trino cannot be reached: ECONNREFUSED.',
  fix: 'Check the address.',
};

/** What a statement meets instead of its answer. `after`: it takes effect, and its answer is lost. */
interface Trouble {
  readonly at: RegExp;
  times: number;
  readonly error: TrinoDiagnostic;
  readonly after: boolean;
}

const three = '"((?:[^"]|"")+)"\\."((?:[^"]|"")+)"\\."((?:[^"]|"")+)"';

/** Knows the statements of a registration, and what they do to names, partitions and snapshots; it reads no data. */
export class FakeTrino implements TrinoClient {
  readonly statements: string[] = [];
  /** With their locations. */
  readonly schemas = new Map<string, string>();
  readonly relations = new Map<string, Relation>();
  /** Folders that sync_partition_metadata finds, by table name. */
  readonly folders = new Map<string, readonly (readonly string[])[]>();
  /** Types of partition keys, by column. @default varchar */
  readonly types = new Map<string, string>();
  /** Rows of each partition, and of a table without partitions. */
  loads = 3;
  running: string[] = [];
  /** Columns that an Iceberg table over a Hive table's files reads in another way. */
  readonly otherwise = new Set<string>();
  /** Statements that are still answered; the next one never is, as when the process ends. */
  left = Number.POSITIVE_INFINITY;
  private readonly troubles: Trouble[] = [];

  trouble(at: RegExp, error: TrinoDiagnostic, { times = 1, after = false } = {}): void {
    this.troubles.push({ at, times, error, after });
  }

  /** Of `catalog.schema.table`. */
  relation(name: string): Relation {
    const found = this.relations.get(name);
    if (found === undefined) throw new Error(`There is no ${name}; there are ${[...this.relations.keys()].join(', ')}`);
    return found;
  }

  async query(sql: string, { signal }: StatementOptions = {}): Promise<Answer> {
    signal?.throwIfAborted();
    if (this.left <= 0) return await new Promise<never>(() => undefined);
    this.left -= 1;
    this.statements.push(sql);
    const trouble = this.troubles.find(({ at, times }) => times > 0 && at.test(sql));
    if (trouble !== undefined) {
      trouble.times -= 1;
      if (trouble.after) this.answer(sql);
      return fail([trouble.error]);
    }
    return await Promise.resolve(this.answer(sql));
  }

  async *pages(sql: string, options?: StatementOptions): AsyncGenerator<Answer> {
    yield await this.query(sql, options);
  }

  /** Each partition has `loads` rows, as a table without partitions has. */
  private stagedRows(name: string): ReadonlyMap<string, number> {
    const { body, partitions } = this.relation(name);
    const keys = body.includes('partitioned_by') ? [...partitions.keys()] : ['[]'];
    return new Map(keys.map((key) => [key, this.loads]));
  }

  private answer(sql: string): Answer {
    for (const [pattern, act] of this.actions) {
      const match = pattern.exec(sql);
      if (match !== null) return act(match, sql);
    }
    throw new Error(`The fake does not know ${sql}`);
  }

  private readonly actions: readonly (readonly [RegExp, (match: RegExpExecArray, sql: string) => Answer])[] = [
    [
      /^CREATE SCHEMA IF NOT EXISTS "(.*?)"\."(.*?)"(?: WITH \(location = '(.*)'\))?/,
      ([, catalog = '', schema = '', location = `s3://w/${schema}`]) => {
        this.schemas.set(`${catalog}.${schema}`, location);
        return rows();
      },
    ],
    [
      /^DROP SCHEMA IF EXISTS "(.*?)"\."(.*?)"/,
      ([, catalog = '', schema = '']) => {
        this.schemas.delete(`${catalog}.${schema}`);
        return rows();
      },
    ],
    [
      /^SHOW CREATE SCHEMA "(.*?)"\."(.*?)"/,
      ([, catalog = '', schema = '']) => {
        const location = this.schemas.get(`${catalog}.${schema}`);
        return location === undefined
          ? fail([trinoError('SCHEMA_NOT_FOUND', `Schema '${schema}' does not exist`)])
          : rows([[`CREATE SCHEMA ${catalog}.${schema}\nWITH (\n   location = '${location}'\n)`]]);
      },
    ],
    [
      new RegExp(`^CREATE (TABLE IF NOT EXISTS|OR REPLACE VIEW) ${three}(.*)$`, 's'),
      ([, kind = '', catalog = '', schema = '', table = '', body = '']) => {
        if (!this.schemas.has(`${catalog}.${schema}`))
          return fail([trinoError('SCHEMA_NOT_FOUND', `Schema ${schema} not found`)]);
        const name = `${catalog}.${schema}.${table}`;
        const isView = kind.endsWith('VIEW');
        if (isView || !this.relations.has(name)) {
          this.relations.set(name, {
            kind: isView ? 'VIEW' : 'TABLE',
            body: isView ? body : `${body}\n-- by Trino`,
            partitions: new Map(),
            // Trino makes one when it creates an Iceberg table.
            snapshots: [{ id: `made-${this.statements.length}`, parent: null, rows: 0 }],
            metadata: [],
            rows: 0,
            loaded: new Map(),
          });
        }
        return rows();
      },
    ],
    [
      new RegExp(`^SHOW CREATE (TABLE|VIEW) ${three}`),
      ([, kind = '', ...name]) => {
        const relation = this.relations.get(name.join('.'));
        if (relation === undefined) return fail([trinoError('TABLE_NOT_FOUND', `${kind} does not exist`)]);
        if (name[0] === 'hive' && relation.metadata.length > 0)
          return fail([trinoError('UNSUPPORTED_TABLE_TYPE', `Cannot query Iceberg table '${name.join('.')}'`)]);
        return relation.kind === kind
          ? rows([[`CREATE ${kind} ${name.join('.')}${relation.body}`]])
          : fail([trinoError('NOT_SUPPORTED', `line 1:1: Relation '${name.join('.')}' is a ${relation.kind}`)]);
      },
    ],
    [
      new RegExp(`^DROP (?:TABLE|VIEW) IF EXISTS ${three}`),
      ([, ...name]) => {
        this.relations.delete(name.join('.'));
        return rows();
      },
    ],
    [
      new RegExp(`^SELECT \\* FROM ${three}( LIMIT 0)?`),
      ([, catalog, schema, table = '', limit]) => {
        const relation = this.relation(`${catalog ?? ''}.${schema ?? ''}.${table.replace('$partitions', '')}`);
        if (!table.endsWith('$partitions'))
          return ok({
            columns: [...relation.body.matchAll(/^ {2}"([^"]+)" /gm)].map(([, name = '']) => ({
              name,
              type: 'varchar',
            })),
            rows: [],
          });
        const keys = [...(/partitioned_by = ARRAY\[(.*)\]/.exec(relation.body)?.[1] ?? '').matchAll(/'([^']*)'/g)];
        const types = keys.map(([, key = '']) => this.types.get(key) ?? 'varchar');
        const list = limit === undefined ? [...relation.partitions.keys()] : [];
        return ok({
          columns: keys.map(([, name = ''], at) => ({ name, type: types[at] ?? '' })),
          rows: list.map((values) => (JSON.parse(values) as string[]).map((value, at) => shown(value, types[at]))),
        });
      },
    ],
    [
      /^CALL "(.*?)"\.system\.sync_partition_metadata\(schema_name => '(.*?)', table_name => '(.*?)'/,
      ([, ...name]) => {
        const { partitions } = this.relation(name.join('.'));
        for (const values of this.folders.get(name[2] ?? '') ?? []) {
          const text = JSON.stringify(values);
          if (!partitions.has(text)) partitions.set(text, `found:${values.join('/')}`);
        }
        return rows();
      },
    ],
    [
      /^CALL "(.*?)"\.system\.(un)?register_partition\('(.*?)', '(.*?)', ARRAY\[.*?\], ARRAY\[(.*?)\](?:, '(.*)')?\)$/s,
      ([, catalog = '', un, schema = '', table = '', list = '', location = 'its own']) => {
        const { partitions } = this.relation(`${catalog}.${schema}.${table}`);
        const values = JSON.stringify(
          [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'")),
        );
        const there = partitions.get(values);
        if (un !== undefined) {
          if (!partitions.delete(values)) return fail([trinoError('NOT_FOUND', `Partition '${list}' does not exist`)]);
        } else if (there !== undefined) {
          return fail([
            trinoError('ALREADY_EXISTS', `Partition [${list}] is already registered with location ${there}`),
          ]);
        } else partitions.set(values, location);
        return rows();
      },
    ],
    [
      new RegExp(`^SELECT file FROM ${three}`),
      ([, catalog, schema, table = '']) => {
        const isInHive = catalog === 'a2o_in_place';
        const relation = this.relations.get(
          `${isInHive ? 'hive' : (catalog ?? '')}.${schema ?? ''}.${table.replace(/\$.*/, '')}`,
        );
        if (isInHive && relation?.metadata.length === 0)
          return fail([trinoError('TABLE_NOT_FOUND', `Table '${table}' does not exist`)]);
        return relation === undefined
          ? fail([trinoError('TABLE_NOT_FOUND', `Table '${table}' does not exist`)])
          : rows(relation.metadata.map((file) => [file]));
      },
    ],
    [
      /^CALL "a2o_in_place"\.system\.migrate\(schema_name => '(.*?)', table_name => '(.*?)'/,
      ([, ...name]) => {
        const relation = this.relation(`hive.${name.join('.')}`);
        if (relation.metadata.length > 0)
          return fail([trinoError('NOT_SUPPORTED', 'The table is already an Iceberg table')]);
        const location = /external_location = '(.*?)'/.exec(relation.body)?.[1] ?? '';
        relation.metadata = [`${location}/metadata/00001-made-${this.statements.length}.metadata.json`];
        return rows();
      },
    ],
    [
      /^CALL "a2o_in_place"\.system\.unregister_table\(schema_name => '(.*?)', table_name => '(.*?)'/,
      ([, ...name]) =>
        this.relations.delete(`hive.${name.join('.')}`)
          ? rows()
          : fail([trinoError('TABLE_NOT_FOUND', `Table '${name.join('.')}' not found`)]),
    ],
    [
      /^CALL "iceberg"\.system\.unregister_table\('(.*?)', '(.*?)'\)/,
      ([, ...name]) =>
        this.relations.delete(`iceberg.${name.join('.')}`)
          ? rows()
          : fail([trinoError('TABLE_NOT_FOUND', `Table '${name.join('.')}' not found`)]),
    ],
    [
      new RegExp(`^SELECT (.*)count\\(\\*\\), (checksum.*) FROM ${three}`),
      ([, , sums = '', catalog, ...name]) => {
        const columns = [...sums.matchAll(/"([^"]*)"/g)].map(([, column = '']) => column);
        const isIceberg = catalog === 'a2o_in_place';
        const read = columns.map(
          (column) => `${column} ${isIceberg && this.otherwise.has(column) ? 'NULL' : 'as it is'}`,
        );
        return rows(
          [...this.stagedRows(`hive.${name.join('.')}`)].map(([key, count]) => [
            ...(JSON.parse(key) as string[]).map((value) => shown(value)),
            count,
            ...read,
          ]),
        );
      },
    ],
    [
      /^CALL "(.*?)"\.system\.register_table\(schema_name => '(.*?)', table_name => '(.*?)', table_location => '(.*?)', metadata_file_name => '(.*?)'\)/,
      ([, catalog = '', schema = '', table = '', location = '', file = '']) => {
        const metadata = [`${location}/metadata/${file}`];
        this.relations.set(`${catalog}.${schema}.${table}`, {
          kind: 'TABLE',
          body: '',
          partitions: new Map(),
          snapshots: [],
          metadata,
          rows: 0,
          loaded: new Map(),
        });
        return rows();
      },
    ],
    [
      new RegExp(`^INSERT INTO ${three}(?:.*?\\nFROM ${three})?(?:\\nWHERE (.*?))?(?:\\n/\\*.*)?$`, 's'),
      ([, ...parts]) => {
        const relation = this.relation(parts.slice(0, 3).join('.'));
        const staged =
          parts[3] === undefined ? new Map([['[]', this.loads]]) : this.stagedRows(parts.slice(3, 6).join('.'));
        const taken = [...staged].filter(
          ([key]) => parts[6] === undefined || isTaken(JSON.parse(key) as string[], parts[6]),
        );
        const added = taken.reduce((sum, [, count]) => sum + count, 0);
        const [last] = relation.snapshots;
        relation.snapshots.unshift({ id: `loaded-${this.statements.length}`, parent: last?.id ?? null, rows: added });
        relation.rows += added;
        for (const [key, count] of taken) relation.loaded.set(key, (relation.loaded.get(key) ?? 0) + count);
        return rows([[added]]);
      },
    ],
    [
      new RegExp(`^SELECT (.*)count\\(\\*\\) FROM ${three}(?: GROUP BY .*)?$`),
      ([, list = '', ...name]) => {
        const relation = this.relation(name.join('.'));
        const keys = [...list.matchAll(/"([^"]*)"/g)].map(([, key = '']) => key);
        const types = keys.map((key) => this.types.get(key) ?? 'varchar');
        const isStaged = relation.body.includes('external_location');
        if (keys.length === 0 && !isStaged) return rows([[relation.rows]]);
        const counted = isStaged ? this.stagedRows(name.join('.')) : relation.loaded;
        return ok({
          columns: [...keys.map((key, at) => ({ name: key, type: types[at] ?? '' })), { name: '_col', type: 'bigint' }],
          rows: [...counted].map(([key, count]) => [
            ...(JSON.parse(key) as string[]).map((value, at) => shown(value, types[at])),
            count,
          ]),
        });
      },
    ],
    [
      new RegExp(`^SELECT CAST\\(snapshot_id.*FROM ${three}`, 's'),
      ([, catalog, schema, table = '']) => {
        const name = `${catalog ?? ''}.${schema ?? ''}.${table.replace(/\$.*/, '')}`;
        return rows(this.relation(name).snapshots.map(({ id, parent, rows: added }) => [id, parent, String(added)]));
      },
    ],
    [/^SELECT query_id FROM system.runtime.queries/, () => rows(this.running.map((id) => [id]))],
    [
      /^CALL system.runtime.kill_query\(query_id => '(.*?)'/,
      ([, id]) => {
        this.running = this.running.filter((each) => each !== id);
        return rows();
      },
    ],
    [/^SELECT 1 FROM|^COMMENT ON/, () => rows()],
    [/^SELECT DISTINCT "\$partition"/, () => rows()],
  ];
}

function rows(list: TrinoRows['rows'] = []): Answer {
  return ok({ columns: [], rows: list });
}

/** Whether a condition, such as `("dt" = CAST('1' AS varchar)) OR ("dt" IS NULL)`, holds for a partition. */
function isTaken(values: readonly string[], condition: string): boolean {
  return condition.split('\n  OR ').some((term) => {
    const wanted = [...term.matchAll(/ IS NULL|CAST\('((?:[^']|'')*)' AS/g)].map(([, value]) =>
      value === undefined ? '__HIVE_DEFAULT_PARTITION__' : value.replaceAll("''", "'"),
    );
    return JSON.stringify(wanted) === JSON.stringify(values);
  });
}

/** As Trino shows a value of a partition. */
function shown(value: string, type = 'varchar'): unknown {
  if (value === '__HIVE_DEFAULT_PARTITION__') return null;
  return type === 'integer' ? Number(value) : value;
}
