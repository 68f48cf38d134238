import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseQuery } from '../../registration/trino-sql/parse-query.js';
import type { SyntaxNode } from '../../registration/trino-sql/syntax-node.js';

/** The properties of a query's text that decide its result on equal data. */
export interface Determinism {
  /** Why two runs on the same data may differ; empty when nothing was found. */
  readonly doubts: readonly string[];
  /** Aggregates whose last digits depend on the order of the rows if they are over floating-point numbers. */
  readonly sums: readonly string[];
  /** It ends with ORDER BY, so its rows have an order, up to ties. */
  readonly isOrdered: boolean;
}

/** Functions whose result depends on the time, on chance, on the order of rows or on an estimate. Source: Trino 476 documentation. */
const uncertain: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['rand', 'random', 'uuid', 'shuffle'].map((name) => [name, 'depends on chance'])),
  ...Object.fromEntries(['now', 'current_timezone', 'last_query_id'].map((name) => [name, 'depends on the session'])),
  ...Object.fromEntries(
    ['arbitrary', 'any_value', 'min_by', 'max_by', 'map_agg', 'multimap_agg', 'reduce_agg'].map((name) => [
      name,
      'depends on the order of the rows',
    ]),
  ),
  ...Object.fromEntries(
    ['row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value'].map((name) => [
      name,
      'depends on the order of rows that its ORDER BY takes as equal',
    ]),
  ),
};
/** Aggregates that are certain only with ORDER BY inside. */
const wantsOrder = ['array_agg', 'listagg', 'string_agg', 'set_agg', 'set_union'];
/** Source: Trino 476 documentation, 'Aggregate functions'. */
const sums: ReadonlySet<string> = new Set([
  ...['sum', 'avg', 'geometric_mean', 'entropy', 'kurtosis', 'skewness'],
  ...['stddev', 'stddev_pop', 'stddev_samp', 'variance', 'var_pop', 'var_samp'],
  ...['corr', 'covar_pop', 'covar_samp', 'regr_intercept', 'regr_slope'],
]);
const estimates = /^(approx_|numeric_histogram|tdigest_agg|qdigest_agg|make_set_digest)/;
const moments = ['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'CURRENT_USER'];

/** Reads a query by Trino's grammar. Fails, with a clause, where Trino could not parse it. */
export function determinismOf(sql: string): Result<Determinism, string> {
  const parsed = parseQuery(sql);
  if (!parsed.ok) return parsed;
  const [doubts, found] = [new Set<string>(), new Set<string>()];
  for (const node of nodesOf(parsed.value.root)) {
    for (const doubt of doubtsAt(node)) doubts.add(doubt);
    const name = functionName(node);
    if (name !== undefined && sums.has(name)) found.add(name);
  }
  const body = parsed.value.root.child('query')?.child('queryNoWith');
  if (body === undefined) return fail('its SQL is not a query');
  return ok({ doubts: [...doubts], sums: [...found], isOrdered: hasOrder(body) });
}

function* nodesOf(root: SyntaxNode): Generator<SyntaxNode> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...node.children);
  }
}

function* doubtsAt(node: SyntaxNode): Generator<string> {
  const moment = moments.find((word) => node.has(word));
  if (moment !== undefined) yield `${moment.toLowerCase()} depends on the session`;
  if (node.has('TABLESAMPLE')) yield 'TABLESAMPLE depends on chance';
  if ((node.has('LIMIT') || node.has('FETCH') || node.has('OFFSET')) && node.rule === 'queryNoWith')
    yield hasOrder(node)
      ? 'LIMIT, OFFSET and FETCH choose between rows that ORDER BY takes as equal'
      : 'LIMIT, OFFSET and FETCH without ORDER BY choose any rows';
  if (
    /^"?\$(path|file_modified_time|file_size|partition|bucket)"?$/.test(
      node.rule === 'identifier' ? node.text.replaceAll('"', '') : '',
    )
  )
    yield `${node.text} names files, which are others at the target`;
  if (node.rule === 'frameExtent' && node.has('ROWS'))
    yield 'a window of ROWS depends on the order of rows that its ORDER BY takes as equal';
  if (!node.has('(')) return;
  if (node.has('LISTAGG') && !node.has('WITHIN')) yield 'listagg depends on the order of the rows';
  const name = functionName(node);
  if (name === undefined) return;
  const why = Object.hasOwn(uncertain, name) ? uncertain[name] : undefined;
  if (why !== undefined) yield `${name}() ${why}`;
  if (estimates.test(name)) yield `${name}() is an estimate`;
  if (wantsOrder.includes(name) && !hasOrder(node)) yield `${name}() without ORDER BY depends on the order of the rows`;
}

/** Of a call; in lower case, without a catalog. */
function functionName(node: SyntaxNode): string | undefined {
  if (!node.has('(')) return undefined;
  return node.child('qualifiedName')?.text.replaceAll('"', '').toLowerCase().split('.').at(-1);
}

function hasOrder(node: SyntaxNode): boolean {
  return node.child('orderBy') !== undefined;
}
