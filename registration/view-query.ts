import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { isAggregateFunction, isTrinoFunction, isTrinoType } from './trino-sql/known-names.js';
import { grammarVersion, parseExpression, parseQuery } from './trino-sql/parse-query.js';
import type { SyntaxNode } from './trino-sql/syntax-node.js';

/** The names in a view's query. Positions count in `sql`. */
export interface ViewQuery {
  readonly sql: string;
  /** In the order of the text. Names of WITH lists are not among them. */
  readonly relations: readonly QueriedRelation[];
  /** Columns with at least schema and table before them, such as `sales.orders.id`. */
  readonly qualifiedColumns: readonly QualifiedColumn[];
  /** Columns that only tables have, such as `"$path"`. */
  readonly hiddenColumns: readonly HiddenColumn[];
  /** Each UNNEST with a list of names that has room for one column of an array and two of a map. */
  readonly unnested: readonly Unnesting[];
  /** Lower case: what it calls, also keywords such as `current_date`. */
  readonly functions: ReadonlySet<string>;
  /** The expressions that read a time without a zone in that of the session, such as `AT TIME ZONE`. */
  readonly zoning: ReadonlySet<string>;
  /** Lower case: every name in an expression that may be a column. */
  readonly columnNames: ReadonlySet<string>;
  /** A `*` stands for columns somewhere, so that `columnNames` lacks some. */
  readonly hasStar: boolean;
  /** Lower case, in order; `undefined` where `*` stands for some of them. */
  readonly columns: readonly string[] | undefined;
  /** The columns in order: a name, or the indexes of the tables all of whose columns `*` stands for; `undefined` where that is not known. */
  readonly outputs: readonly (string | readonly number[])[] | undefined;
}

/** A table or view that a query reads. */
export interface QueriedRelation {
  /** Without quotes, in lower case: `['awsdatacatalog', 'sales', 'orders']`, or fewer. */
  readonly parts: readonly string[];
  /** The name's place. */
  readonly start: number;
  readonly end: number;
  /** Where an alias goes; `undefined` where it has one, or can have none. */
  readonly aliasAt: number | undefined;
  /** `FOR VERSION AS OF` or `FOR TIMESTAMP AS OF` follows. */
  readonly isVersioned: boolean;
  /** The relations of one FROM clause share a number. */
  readonly from: number;
}

export interface QualifiedColumn {
  /** Index in `relations`. */
  readonly relation: number;
  /** The place of catalog, schema and table, without the dot after them. */
  readonly start: number;
  readonly end: number;
}

export interface HiddenColumn {
  readonly name: string;
  /** Indexes of the relations of which one must have it. */
  readonly relations: readonly number[];
}

/**
 * UNNEST gives the elements of an array as one column, and those of a map as two, by the list of names after it. Trino makes
 * a column of each field where elements are rows; Athena does not (Amazon Athena User Guide, 'Count referrers, IP addresses,
 * or matched rules').
 */
export interface Unnesting {
  /** How many of its expressions are maps. */
  readonly maps: number;
  readonly expressions: readonly UnnestedExpression[];
}

export interface UnnestedExpression {
  readonly start: number;
  readonly end: number;
  /** The kind that its text shows: `scalars` is an array of numbers or texts. */
  readonly kind: 'map' | 'scalars' | 'unknown';
  /** The column, and the indexes of the tables that may have it; `undefined` for any other expression. */
  readonly column: { readonly name: string; readonly relations: readonly number[] } | undefined;
}

/** The meaning of unqualified names. */
export interface NameScope {
  /** Names of Glue's own catalog, in lower case. */
  readonly catalogs: readonly string[];
  /** Lower case. */
  readonly schema: string;
}

/** Reads a view's query, or says, in a clause, why Trino has no such view. */
export function readViewQuery(text: string, names: NameScope): Result<ViewQuery, string> {
  const parsed = parseQuery(text);
  if (!parsed.ok) return parsed;
  const reader = new QueryReader(names);
  const { root, sql } = parsed.value;
  if (root.child('functionSpecification') !== undefined) {
    return fail('it defines functions (WITH FUNCTION), which Trino allows in no view');
  }
  const query = root.child('query');
  if (query === undefined) return fail('its SQL is not a query');
  reader.output = firstSelect(query);
  reader.query(query, { ctes: undefined, outer: undefined });
  const columns = outputOf(query);
  const refusal = reader.refusal ?? (columns.ok ? undefined : columns.error);
  if (refusal !== undefined) return fail(refusal);
  return ok({
    sql,
    relations: reader.relations,
    qualifiedColumns: reader.qualifiedColumns,
    hiddenColumns: reader.hiddenColumns,
    unnested: reader.unnested,
    functions: reader.functions,
    zoning: reader.zoning,
    columnNames: reader.columnNames,
    hasStar: reader.hasStar,
    columns: columns.ok ? columns.value : undefined,
    outputs: reader.outputs,
  });
}

/** The tables that any query names, also one that no view can have. Positions count in `sql`. */
export type QueriedTables = Pick<ViewQuery, 'sql' | 'relations' | 'qualifiedColumns' | 'hiddenColumns'>;

/** Fails, with a clause, where Trino cannot parse the text as a query. `catalogs` may stand before a schema, in lower case. */
export function queriedTables(text: string, catalogs: readonly string[]): Result<QueriedTables, string> {
  const parsed = parseQuery(text);
  if (!parsed.ok) return parsed;
  const { root, sql } = parsed.value;
  const query = root.child('query');
  if (query === undefined) return fail('its SQL is not a query');
  const reader = new QueryReader({ catalogs, schema: '' });
  reader.query(query, { ctes: undefined, outer: undefined });
  const { relations, qualifiedColumns, hiddenColumns: hidden } = reader;
  return ok({ sql, relations, qualifiedColumns, hiddenColumns: hidden });
}

/**
 * Reads an expression over the columns of one table, such as the mask of a column, or says, in a clause, why Trino would
 * refuse it there. Returns the columns that it names, without those of its subqueries: each in lower case and with what
 * stands before and after it, such as `['address', 'city']`.
 */
export function readExpression(text: string): Result<readonly (readonly string[])[], string> {
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const reader = new QueryReader({ catalogs: [], schema: '' });
  reader.expression(parsed.value);
  const { aggregate } = reader;
  const refusal =
    reader.refusal ??
    (aggregate === undefined
      ? undefined
      : `it calls ${aggregate}, which needs more rows than one, outside of a subquery`);
  return refusal === undefined ? ok(reader.outerColumns) : fail(refusal);
}

/** The relations of one FROM clause, and those of the queries around it. */
interface FromScope {
  readonly number: number;
  readonly sources: Source[];
  readonly outer: FromScope | undefined;
}

interface Source {
  /** Lower case; `undefined` without an alias. */
  readonly alias: string | undefined;
  /** Index of the table; `undefined` for a subquery, a WITH name, a function and the like. */
  readonly relation: number | undefined;
}

/** The WITH names that are known at a place: the last one is the innermost. */
interface Ctes {
  readonly name: string;
  readonly before: Ctes | undefined;
}

interface Surroundings {
  readonly ctes: Ctes | undefined;
  readonly outer: FromScope | undefined;
}

/** Tokens that are functions without parentheses. */
const callsWithoutParentheses = new Set(
  [
    'current_date',
    'current_time',
    'current_timestamp',
    'localtime',
    'localtimestamp',
    'current_user',
    'current_catalog',
    'current_schema',
    'current_path',
  ].map((name) => name.toUpperCase()),
);

class QueryReader {
  readonly relations: QueriedRelation[] = [];
  readonly qualifiedColumns: QualifiedColumn[] = [];
  readonly hiddenColumns: HiddenColumn[] = [];
  readonly unnested: Unnesting[] = [];
  readonly functions = new Set<string>();
  readonly zoning = new Set<string>();
  readonly columnNames = new Set<string>();
  hasStar = false;
  /** The SELECT that names the columns of the query. */
  output: SyntaxNode | undefined;
  outputs: ViewQuery['outputs'];
  /** Columns outside of every query. */
  readonly outerColumns: (readonly string[])[] = [];
  /** The first aggregate function outside of every query. */
  aggregate: string | undefined;
  /** The first one found. */
  refusal: string | undefined;
  #froms = 0;
  /** Of the lambdas around a place. */
  readonly #parameters: string[] = [];

  constructor(private readonly names: NameScope) {}

  expression(node: SyntaxNode): void {
    this.#visit(node, { ctes: undefined, outer: undefined });
  }

  /** `WITH … SELECT … ORDER BY …`. */
  query(node: SyntaxNode, { ctes: before, outer }: Surroundings): void {
    let ctes = before;
    const list = node.child('with');
    const isRecursive = list?.has('RECURSIVE') === true;
    for (const named of list?.all('namedQuery') ?? []) {
      const name = nameOf(named.child('identifier'));
      if (isRecursive && named.child('columnAliases') === undefined) {
        this.#refuse(`its WITH RECURSIVE gives '${name}' no list of columns, which Trino wants`);
      }
      // Only WITH RECURSIVE knows a name inside its own definition; otherwise it means the table there.
      const within = isRecursive ? { name, before: ctes } : ctes;
      const body = named.child('query');
      if (body !== undefined) this.query(body, { ctes: within, outer });
      ctes = { name, before: ctes };
    }
    const body = node.child('queryNoWith');
    if (body !== undefined) this.#queryNoWith(body, { ctes, outer });
  }

  #queryNoWith(node: SyntaxNode, surroundings: Surroundings): void {
    const [term, ...rest] = node.children;
    const scope = term === undefined ? undefined : this.#term(term, surroundings);
    // ORDER BY sees the columns of the SELECT before it.
    for (const each of rest) this.#visit(each, { ...surroundings, outer: scope ?? surroundings.outer });
  }

  /** Returns the scope of its FROM clause where it is a single SELECT. */
  #term(node: SyntaxNode, surroundings: Surroundings): FromScope | undefined {
    const { children } = node;
    const [only] = children;
    if (children.length === 1 && only !== undefined) {
      if (only.rule === 'querySpecification') return this.#select(only, surroundings);
      if (only.rule === 'queryPrimary') return this.#term(only, surroundings);
    }
    if (node.rule === 'queryPrimary' && node.has('TABLE')) {
      this.hasStar = true;
      this.#table(node.child('qualifiedName'), surroundings, undefined);
      return undefined;
    }
    for (const each of children) this.#visit(each, surroundings);
    return undefined;
  }

  #select(node: SyntaxNode, { ctes, outer }: Surroundings): FromScope {
    const scope: FromScope = { number: (this.#froms += 1), sources: [], outer };
    for (const relation of node.all('relation')) this.#relation(relation, { ctes, outer }, scope);
    for (const each of node.children) if (each.rule !== 'relation') this.#visit(each, { ctes, outer: scope });
    if (node === this.output) this.outputs = this.#outputsOf(node, scope);
    return scope;
  }

  #outputsOf(node: SyntaxNode, { sources }: FromScope): ViewQuery['outputs'] {
    if (node.all('relation').some(mergesOrRenames)) return undefined;
    const outputs: (string | readonly number[])[] = [];
    for (const item of node.all('selectItem')) {
      const name = item.has('*') ? undefined : selectedName(item);
      if (name !== undefined) outputs.push(name);
      else {
        const qualifier = item.child('primaryExpression');
        const table = qualifier === undefined ? undefined : nameOf(columnChain(qualifier)?.at(-1));
        const found = sources.filter((source) => table === undefined || this.#isCalled(source, table));
        const relations = found.flatMap(({ relation }) => relation ?? []);
        if (item.child('columnAliases') !== undefined || relations.length !== found.length) return undefined;
        outputs.push(relations);
      }
    }
    return outputs;
  }

  #isCalled({ alias, relation }: Source, name: string): boolean {
    return (alias ?? lastOf(relation === undefined ? [] : (this.relations[relation]?.parts ?? []))) === name;
  }

  /** A join, or a relation with alias, sample or pattern. What it brings into scope is added to `scope`. */
  #relation(node: SyntaxNode, surroundings: Surroundings, scope: FromScope): void {
    if (node.has('NATURAL')) this.#refuse('it has a NATURAL JOIN, which Trino does not support');
    for (const each of node.children) {
      if (each.rule === 'aliasedRelation') this.#aliased(each, surroundings, scope);
      else if (['relation', 'sampledRelation'].includes(each.rule ?? '')) this.#relation(each, surroundings, scope);
      else if (each.rule === 'patternRecognition') this.#pattern(each, surroundings, scope);
      else this.#visit(each, { ...surroundings, outer: scope });
    }
  }

  #pattern(node: SyntaxNode, surroundings: Surroundings, scope: FromScope): void {
    const isMatched = node.children.length > 1;
    // MATCH_RECOGNIZE shows only what it measures, by its own alias.
    const within: FromScope = isMatched ? { number: (this.#froms += 1), sources: [], outer: scope.outer } : scope;
    for (const each of node.children) {
      if (each.rule === 'aliasedRelation') this.#aliased(each, surroundings, within);
      else this.#visit(each, { ...surroundings, outer: within });
    }
    if (isMatched) scope.sources.push({ alias: nameOf(node.child('identifier')), relation: undefined });
  }

  #aliased(node: SyntaxNode, surroundings: Surroundings, scope: FromScope): void {
    const primary = node.child('relationPrimary');
    if (primary === undefined) return;
    const given = node.child('identifier');
    const alias = given === undefined ? undefined : nameOf(given);
    const name = primary.child('qualifiedName');
    if (name !== undefined) {
      const place = { at: alias === undefined ? primary.end : undefined, from: scope.number };
      const relation = this.#table(name, surroundings, place, primary.child('queryPeriod'));
      scope.sources.push({ alias: alias ?? (relation === undefined ? lastOf(partsOf(name)) : undefined), relation });
      return;
    }
    const inner = primary.child('relation');
    if (inner !== undefined) {
      // `(a JOIN b ON …)`: without an alias, a and b are seen from outside.
      this.#relation(inner, surroundings, alias === undefined ? scope : this.#within(scope));
      if (alias !== undefined) scope.sources.push({ alias, relation: undefined });
      return;
    }
    if (primary.has('UNNEST')) this.#unnest(primary, node.child('columnAliases'), scope);
    // UNNEST, LATERAL and table functions see the relations to their left; a subquery does not.
    const isSubquery = primary.child('query') !== undefined && !primary.has('LATERAL');
    this.#visitParts(primary, isSubquery ? surroundings : { ...surroundings, outer: scope });
    scope.sources.push({ alias, relation: undefined });
  }

  #unnest(node: SyntaxNode, names: SyntaxNode | undefined, { sources }: FromScope): void {
    const given = node.all('expression');
    const columns = (names?.all('identifier').length ?? 0) - (node.has('ORDINALITY') ? 1 : 0);
    const maps = columns - given.length;
    if (maps < 0 || maps > given.length) return;
    const tables = sources.flatMap(({ relation }) => relation ?? []);
    const expressions = given.map((expression): UnnestedExpression => {
      const chain = columnOf(expression);
      const column =
        chain === undefined || tables.length < sources.length
          ? undefined
          : { name: nameOf(chain.at(-1)), relations: tables };
      return { start: expression.start, end: expression.end, kind: kindOf(expression), column };
    });
    this.unnested.push({ maps, expressions });
  }

  #within({ outer }: FromScope): FromScope {
    return { number: (this.#froms += 1), sources: [], outer };
  }

  /** Index of the table; `undefined` for a WITH name. */
  #table(
    node: SyntaxNode | undefined,
    { ctes }: Surroundings,
    alias: { readonly at: number | undefined; readonly from: number } | undefined,
    period?: SyntaxNode,
  ): number | undefined {
    if (node === undefined) return undefined;
    const parts = partsOf(node);
    if (parts.length === 1 && isKnown(ctes, parts[0] ?? '')) return undefined;
    if (parts.length > 3) this.#refuse(`it reads ${parts.join('.')}, a name with too many dots`);
    if (period !== undefined) this.#visit(period, { ctes, outer: undefined });
    this.relations.push({
      parts,
      start: node.start,
      end: node.end,
      aliasAt: alias?.at,
      isVersioned: period !== undefined,
      from: alias?.from ?? (this.#froms += 1),
    });
    return this.relations.length - 1;
  }

  #visit(node: SyntaxNode, surroundings: Surroundings): void {
    switch (node.rule) {
      case 'query':
        this.query(node, surroundings);
        return;
      case 'queryNoWith':
        this.#queryNoWith(node, surroundings);
        return;
      case 'queryTerm':
      case 'queryPrimary':
        this.#term(node, surroundings);
        return;
      case 'querySpecification':
        this.#select(node, surroundings);
        return;
      case 'tableArgument':
        this.#tableArgument(node, surroundings);
        return;
      case 'primaryExpression': {
        const names = columnChain(node);
        if (names !== undefined) {
          this.#column(names, surroundings);
          return;
        }
        // GROUPING (a, b): names of columns, not expressions.
        if (node.has('GROUPING')) {
          for (const column of node.all('qualifiedName')) this.#column(column.all('identifier'), surroundings);
        }
        this.#call(node);
        if (surroundings.outer === undefined) this.aggregate ??= aggregateIn(node);
        if (node.has('->')) {
          this.#lambda(node, surroundings);
          return;
        }
        break;
      }
      case 'tableFunctionCall':
        this.#called(partsOf(node.child('qualifiedName')));
        break;
      case 'type':
        if (node.children[0]?.rule === 'identifier') this.#type(nameOf(node.child('identifier')));
        if (node.has('WITH') && node.has('ZONE'))
          this.zoning.add(`casts to ${node.children[0]?.text.toLowerCase() ?? ''} with time zone`);
        break;
      case 'valueExpression':
        if (node.child('timeZoneSpecifier') !== undefined) this.zoning.add('AT TIME ZONE');
        break;
      case 'selectItem':
        if (node.has('*')) this.hasStar = true;
        break;
      case undefined:
        if (node.word === '?') this.#refuse('it has a parameter (?), which only a prepared statement can have');
        return;
      default:
    }
    this.#visitParts(node, surroundings);
  }

  #lambda(node: SyntaxNode, surroundings: Surroundings): void {
    const parameters = node.all('identifier').map(nameOf);
    this.#parameters.push(...parameters);
    this.#visitParts(node, surroundings);
    this.#parameters.length -= parameters.length;
  }

  #visitParts(node: SyntaxNode, surroundings: Surroundings): void {
    for (const each of node.parts()) this.#visit(each, surroundings);
  }

  /** `TABLE(orders) AS o PARTITION BY …`, an argument of a table function. */
  #tableArgument(node: SyntaxNode, surroundings: Surroundings): void {
    const scope = this.#within({ number: 0, sources: [], outer: surroundings.outer });
    const relation = node.child('tableArgumentRelation');
    const name = relation?.child('qualifiedName');
    const alias = relation?.child('identifier');
    if (relation !== undefined && name !== undefined) {
      const place = { at: alias === undefined ? relation.end : undefined, from: scope.number };
      const index = this.#table(name, surroundings, place);
      scope.sources.push({ alias: alias === undefined ? undefined : nameOf(alias), relation: index });
    } else if (relation !== undefined) this.#visitParts(relation, surroundings);
    for (const each of node.children) {
      if (each !== relation) this.#visit(each, { ...surroundings, outer: scope });
    }
  }

  /** `id`, `o.id`, `sales.orders.id`, or what stands before `.*`. */
  #column(identifiers: readonly SyntaxNode[], { outer }: Surroundings): void {
    const names = identifiers.map(nameOf);
    for (const name of names) this.columnNames.add(name);
    if (outer === undefined && !this.#parameters.includes(names[0] ?? '')) this.outerColumns.push(names);
    for (let scope = outer; scope !== undefined; scope = scope.outer) {
      const found = this.#qualifiedIn(scope, names);
      if (found === undefined) continue;
      const [relation, length] = found;
      const last = identifiers[length - 1];
      const start = identifiers[0]?.start;
      if (last !== undefined && start !== undefined) this.qualifiedColumns.push({ relation, start, end: last.end });
      break;
    }
    this.#hidden(names, outer);
  }

  /** The relation whose schema and table (and catalog) the names begin with, and how many of them. */
  #qualifiedIn({ sources }: FromScope, names: readonly string[]): readonly [number, number] | undefined {
    const { catalogs, schema } = this.names;
    for (const { alias, relation: index } of sources) {
      const relation = index === undefined || alias !== undefined ? undefined : this.relations[index];
      if (relation === undefined || index === undefined) continue;
      const [table = '', inSchema = schema] = relation.parts.toReversed();
      const isSame = (at: number): boolean => names[at] === inSchema && names[at + 1] === table;
      if (names.length > 2 && catalogs.includes(names[0] ?? '') && isSame(1)) return [index, 3];
      if (names.length > 1 && isSame(0)) return [index, 2];
    }
    return undefined;
  }

  #hidden(names: readonly string[], outer: FromScope | undefined): void {
    const [first = '', ...rest] = names;
    const name = [first, ...rest].find((each) => each.startsWith('$'));
    if (name === undefined || !hiddenColumns.has(name)) return;
    const qualifier = names[names.indexOf(name) - 1];
    const candidates: number[] = [];
    for (let scope = outer; scope !== undefined; scope = scope.outer) {
      for (const { alias, relation } of scope.sources) {
        const table = relation === undefined ? undefined : lastOf(this.relations[relation]?.parts ?? []);
        if (qualifier !== undefined && (alias ?? table) !== qualifier) continue;
        // A subquery may well have a column of that name.
        if (relation === undefined) return;
        candidates.push(relation);
      }
    }
    this.hiddenColumns.push({ name, relations: candidates });
  }

  #call(node: SyntaxNode): void {
    const { children } = node;
    for (const { word } of children) {
      if (callsWithoutParentheses.has(word)) this.functions.add(word.toLowerCase());
    }
    if (children[0]?.rule === 'identifier' && children[1]?.rule === 'string') this.#type(nameOf(children[0]));
    const name = children.find(({ rule }, index) => rule === 'qualifiedName' && children[index + 1]?.word === '(');
    if (name !== undefined) this.#called(partsOf(name));
  }

  #called(parts: readonly string[]): void {
    const name = lastOf(parts) ?? '';
    this.functions.add(name);
    const isBuiltin = parts.length === 1 || parts.slice(0, -1).join('.') === 'system.builtin';
    if (!isBuiltin || !isTrinoFunction(name)) {
      this.#refuse(`it calls ${parts.join('.')}(), which is not a function of Trino ${grammarVersion}`);
    }
  }

  #type(name: string): void {
    if (!isTrinoType(name)) this.#refuse(`it uses the type ${name}, which Trino does not have`);
  }

  #refuse(reason: string): void {
    this.refusal ??= reason;
  }
}

/** Source: Trino documentation, Hive connector and Iceberg connector, 'Metadata columns'. */
const hiddenColumns = new Set(['$path', '$file_size', '$file_modified_time', '$partition', '$bucket']);

function isKnown(ctes: Ctes | undefined, name: string): boolean {
  for (let each = ctes; each !== undefined; each = each.before) if (each.name === name) return true;
  return false;
}

/** Without quotes, in lower case, as Trino compares names. */
function nameOf(identifier: SyntaxNode | undefined): string {
  const text = identifier?.text ?? '';
  return (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text).toLowerCase();
}

function partsOf(qualifiedName: SyntaxNode | undefined): readonly string[] {
  return qualifiedName?.all('identifier').map(nameOf) ?? [];
}

function lastOf<T>(values: readonly T[]): T | undefined {
  return values.at(-1);
}

/** The identifiers of `a.b.c`; `undefined` for any other expression. */
function columnChain(node: SyntaxNode): readonly SyntaxNode[] | undefined {
  const { children } = node;
  const [first, dot, field] = children;
  if (children.length === 1 && first?.rule === 'identifier') return [first];
  if (children.length !== 3 || first?.rule !== 'primaryExpression' || dot?.word !== '.') return undefined;
  const base = columnChain(first);
  return base === undefined || field === undefined ? undefined : [...base, field];
}

/** The aggregate or window function that an expression calls itself. */
function aggregateIn(node: SyntaxNode): string | undefined {
  if (node.has('GROUPING')) return 'GROUPING';
  if (node.has('LISTAGG')) return 'listagg()';
  const name = node.has('(') ? lastOf(partsOf(node.child('qualifiedName'))) : undefined;
  if (name === undefined) return undefined;
  return node.child('over') !== undefined || isAggregateFunction(name) ? `${name}()` : undefined;
}

/** The names of an expression that is only a column. */
function columnOf(expression: SyntaxNode): readonly SyntaxNode[] | undefined {
  const node = innermost(expression);
  return node === undefined ? undefined : columnChain(node);
}

/** Functions that give arrays of numbers or texts, whatever they are given. */
const scalarArrays = new Set(['map_keys', 'regexp_extract_all', 'regexp_split', 'sequence', 'split']);

/** Functions that give maps. Source: Trino 476 documentation, 'Map functions' and 'Aggregate functions'. */
const mapFunctions = new Set([
  'approx_most_frequent',
  'array_histogram',
  'hash_counts',
  'histogram',
  'map',
  'map_agg',
  'map_concat',
  'map_filter',
  'map_from_entries',
  'map_union',
  'map_zip_with',
  'multimap_agg',
  'multimap_from_entries',
  'numeric_histogram',
  'split_to_map',
  'split_to_multimap',
  'transform_keys',
  'transform_values',
]);

function kindOf(expression: SyntaxNode): UnnestedExpression['kind'] {
  const node = innermost(expression);
  if (node === undefined) return 'unknown';
  const called = node.has('(') ? node.child('qualifiedName') : undefined;
  const name = called === undefined ? '' : partsOf(called).join('.');
  if (scalarArrays.has(name)) return 'scalars';
  // Of a CAST.
  const type = node.child('type')?.text ?? '';
  return mapFunctions.has(name) || /^map\(/i.test(type) ? 'map' : 'unknown';
}

/** The primary expression that an expression consists of. */
function innermost(expression: SyntaxNode): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = expression;
  while (node !== undefined && node.rule !== 'primaryExpression' && node.children.length === 1) node = node.children[0];
  return node?.rule === 'primaryExpression' ? node : undefined;
}

/** The SELECT that names the columns: the first one of a union. */
function firstSelect(query: SyntaxNode): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = query;
  while (node !== undefined && node.rule !== 'querySpecification') {
    node = node.children.find(({ rule }) =>
      ['queryTerm', 'queryPrimary', 'queryNoWith', 'querySpecification'].includes(rule ?? ''),
    );
  }
  return node;
}

/** Whether the columns of a FROM clause are others than those of its tables: by USING, or by names in an alias. */
function mergesOrRenames(node: SyntaxNode): boolean {
  if (node.rule === 'joinCriteria') return node.has('USING');
  if (node.rule === 'columnAliases') return true;
  const inner = ['relation', 'sampledRelation', 'patternRecognition', 'aliasedRelation', 'relationPrimary'];
  return inner.includes(node.rule ?? '') && node.children.some(mergesOrRenames);
}

/** Names of the columns that a query has, `undefined` where `*` hides some; or why a view cannot have them. */
function outputOf(query: SyntaxNode): Result<readonly string[] | undefined, string> {
  let node: SyntaxNode | undefined = query.child('queryNoWith');
  // The first SELECT names the columns of a union.
  while (node !== undefined && node.rule !== 'querySpecification') {
    if (node.has('VALUES')) return fail('its columns have no names; give them some with AS t (a, b)');
    if (node.has('TABLE')) return ok(undefined);
    node = node.children.find(({ rule }) =>
      ['queryTerm', 'queryPrimary', 'queryNoWith', 'querySpecification'].includes(rule ?? ''),
    );
  }
  const items = node?.all('selectItem') ?? [];
  const names: (string | undefined)[] = [];
  for (const [index, item] of items.entries()) {
    if (item.has('*')) names.push(undefined);
    else {
      const name = selectedName(item);
      if (name === undefined)
        return fail(`its column ${index + 1} has no name, which Trino wants; give it one with AS`);
      names.push(name);
    }
  }
  const known = names.filter((name) => name !== undefined);
  const twice = known.find((name, index) => known.indexOf(name) !== index);
  if (twice !== undefined) return fail(`it has two columns named '${twice}'`);
  return ok(known.length === names.length ? known : undefined);
}

function selectedName(item: SyntaxNode): string | undefined {
  const alias = item.child('identifier');
  return alias === undefined ? outputName(item.child('expression')) : nameOf(alias);
}

/** A column's own name: `id` of `o.id`. */
function outputName(expression: SyntaxNode | undefined): string | undefined {
  let node = expression;
  while (node !== undefined) {
    const [first, second, third] = node.children;
    if (node.rule === 'identifier') return nameOf(node);
    if (node.children.length === 1) node = first;
    else if (node.rule !== 'primaryExpression' || node.children.length !== 3) return undefined;
    else if (second?.word === '.') return nameOf(third);
    else if (first?.word === '(') node = second;
    else return undefined;
  }
  return undefined;
}
