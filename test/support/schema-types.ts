import { sql } from 'kysely';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { State } from '../../state/index.js';

/** What can be said of a column in SQL as well as in TypeScript. */
export interface ColumnFacts {
  readonly type: 'string' | 'number' | 'boolean' | 'Date' | 'object' | 'string[]' | 'bytes' | 'other';
  readonly nullable: boolean;
  readonly insert: 'required' | 'optional' | 'never';
  /** Of a column that takes only some texts, sorted. */
  readonly values: readonly string[] | null;
}

/** By table, then column. */
export type SchemaFacts = Readonly<Record<string, Readonly<Record<string, ColumnFacts>>>>;

const root = join(import.meta.dirname, '..', '..');
const tablesFile = join(root, 'state', 'schema', 'tables.ts');

/** `StateTables` of `state/schema/tables.ts`, and of variants of its text. */
export function declaredSchemas(variants: readonly ((source: string) => string)[]): readonly SchemaFacts[] {
  const source = ts.sys.readFile(tablesFile) ?? '';
  const texts = new Map(
    variants.map((vary, index) => [join(dirname(tablesFile), `variant-${index}.ts`), vary(source)]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const checker = program.getTypeChecker();
  return [...texts.keys()].map((file) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.Node);
    const symbol = module?.exports?.get(ts.escapeLeadingUnderscores('StateTables'));
    if (symbol === undefined) throw new Error(`${file} has no StateTables`);
    return Object.fromEntries(
      checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        .map((table) => [table.name, columnsOf(checker, checker.getTypeOfSymbol(table))]),
    );
  });
}

function columnsOf(checker: ts.TypeChecker, table: ts.Type): Record<string, ColumnFacts> {
  return Object.fromEntries(
    table.getProperties().map((column): [string, ColumnFacts] => {
      const type = checker.getTypeOfSymbol(column);
      // Of Kysely's ColumnType.
      const part = (name: string): ts.Type => {
        const property = type.getProperty(name);
        return property === undefined ? type : checker.getTypeOfSymbol(property);
      };
      return [column.name, factsOf(checker, part('__select__'), part('__insert__'))];
    }),
  );
}

function factsOf(checker: ts.TypeChecker, select: ts.Type, insert: ts.Type): ColumnFacts {
  const has = (type: ts.Type, flag: ts.TypeFlags): boolean => partsOf(type).some((part) => (part.flags & flag) !== 0);
  const bare = checker.getNonNullableType(select);
  const literals = partsOf(bare).filter((part) => part.isStringLiteral());
  const optional = has(insert, ts.TypeFlags.Undefined | ts.TypeFlags.Null);
  return {
    type: literals.length > 0 ? 'string' : kindOf(checker, bare),
    nullable: has(select, ts.TypeFlags.Null),
    insert: (insert.flags & ts.TypeFlags.Never) !== 0 ? 'never' : optional ? 'optional' : 'required',
    values: literals.length > 0 ? literals.map(({ value }) => value).sort() : null,
  };
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): ColumnFacts['type'] {
  const text = checker.typeToString(type);
  if (text === 'string' || text === 'number' || text === 'boolean' || text === 'Date') return text;
  if (text === 'readonly string[]') return 'string[]';
  if (text.startsWith('Uint8Array')) return 'bytes';
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive)) !== 0 ? 'object' : 'other';
}

const sqlTypes: Readonly<Record<string, ColumnFacts['type']>> = {
  uuid: 'string',
  text: 'string',
  integer: 'number',
  bigint: 'number',
  'double precision': 'number',
  boolean: 'boolean',
  'timestamp with time zone': 'Date',
  date: 'Date',
  jsonb: 'object',
  'text[]': 'string[]',
  bytea: 'bytes',
};

/** What the database has, apart from the migrator's own tables. */
export async function liveSchema({ db }: State): Promise<SchemaFacts> {
  const { rows } = await sql<{
    table: string;
    column: string;
    type: string;
    nullable: boolean;
    has_default: boolean;
    generated: boolean;
    checks: readonly string[];
  }>`
    SELECT relname AS table, attname AS column, format_type(atttypid, NULL) AS type, NOT attnotnull AS nullable,
      atthasdef AS has_default, attgenerated <> '' AS generated,
      coalesce((
        SELECT array_agg(pg_get_constraintdef(pg_constraint.oid)) FROM pg_constraint
        WHERE conrelid = pg_class.oid AND contype = 'c' AND conkey = ARRAY[attnum]), '{}') AS checks
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
      AND relname NOT LIKE 'schema\_migrations%'
    ORDER BY relname, attnum`.execute(db);
  const tables: Record<string, Record<string, ColumnFacts>> = {};
  for (const { table, column, type, nullable, has_default, generated, checks } of rows) {
    const values = checks.flatMap((check) => [...check.matchAll(/'([^']*)'::text/g)].map(([, value = '']) => value));
    (tables[table] ??= {})[column] = {
      type: sqlTypes[type] ?? 'other',
      nullable,
      insert: generated ? 'never' : has_default || nullable ? 'optional' : 'required',
      values: values.length > 0 ? values.sort() : null,
    };
  }
  return tables;
}

/** One line a difference, such as `tables.notes: declared {…}, live {…}`; empty when both say the same. */
export function schemaDifferences(declared: SchemaFacts, live: SchemaFacts): readonly string[] {
  const columns = (schema: SchemaFacts): Map<string, string> =>
    new Map(
      Object.entries(schema).flatMap(([table, own]) =>
        Object.entries(own).map(([column, facts]) => [`${table}.${column}`, JSON.stringify(facts)]),
      ),
    );
  const [left, right] = [columns(declared), columns(live)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((column) => left.get(column) !== right.get(column))
    .map((column) => `${column}: declared ${left.get(column) ?? 'not'}, live ${right.get(column) ?? 'not'}`);
}
