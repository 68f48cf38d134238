import { createRequire } from 'node:module';

let functions: ReadonlySet<string> | undefined;

/**
 * Trino 476 has a function of that name, in lower case, in the plugins that a machine has. `functions-476.json` holds the
 * names of SHOW FUNCTIONS; a test compares it with the real one.
 */
export function isTrinoFunction(name: string): boolean {
  functions ??= new Set([
    ...(createRequire(import.meta.url)('./functions-476.json') as readonly string[]),
    ...builtInForms,
  ]);
  return functions.has(name);
}

/** Calls that Trino's parser and analyzer know, which SHOW FUNCTIONS does not list. Tried in Trino 476. */
const builtInForms = [
  'coalesce',
  'format',
  'if',
  'nullif',
  'try',
  'version',
  // Of MATCH_RECOGNIZE.
  'classifier',
  'first',
  'last',
  'match_number',
  'next',
  'prev',
];

/**
 * It needs several rows: an aggregate or window function, in lower case. Source: Trino 476 documentation, 'Aggregate
 * functions' and 'Window functions'.
 */
export function isAggregateFunction(name: string): boolean {
  return aggregates.has(name);
}

const aggregates = new Set([
  'any_value',
  'approx_distinct',
  'approx_most_frequent',
  'approx_percentile',
  'approx_set',
  'arbitrary',
  'array_agg',
  'avg',
  'bitwise_and_agg',
  'bitwise_or_agg',
  'bitwise_xor_agg',
  'bool_and',
  'bool_or',
  'checksum',
  'convex_hull_agg',
  'corr',
  'count',
  'count_if',
  'covar_pop',
  'covar_samp',
  'every',
  'geometric_mean',
  'geometry_union_agg',
  'histogram',
  'kurtosis',
  'listagg',
  'make_set_digest',
  'map_agg',
  'map_union',
  'max',
  'max_by',
  'merge',
  'merge_set_digest',
  'min',
  'min_by',
  'multimap_agg',
  'numeric_histogram',
  'qdigest_agg',
  'reduce_agg',
  'regr_intercept',
  'regr_slope',
  'skewness',
  'spatial_partitioning',
  'stddev',
  'stddev_pop',
  'stddev_samp',
  'sum',
  'tdigest_agg',
  'var_pop',
  'var_samp',
  'variance',
  // Window functions.
  'cume_dist',
  'dense_rank',
  'first_value',
  'lag',
  'last_value',
  'lead',
  'nth_value',
  'ntile',
  'percent_rank',
  'rank',
  'row_number',
]);

/** Trino 476 takes the name, in lower case, in a CAST. Tried with each name. */
export function isTrinoType(name: string): boolean {
  return types.has(name);
}

const types = new Set([
  'array',
  'bigint',
  'bingtile',
  'boolean',
  'char',
  'codepoints',
  'color',
  'date',
  'decimal',
  'double',
  'function',
  'geometry',
  'hyperloglog',
  'int',
  'integer',
  'interval',
  'ipaddress',
  'json',
  'json2016',
  'jsonpath',
  'kdbtree',
  'map',
  'p4hyperloglog',
  'qdigest',
  'real',
  'row',
  'setdigest',
  'smallint',
  'sphericalgeography',
  'tdigest',
  'time',
  'timestamp',
  'tinyint',
  'uuid',
  'varbinary',
  'varchar',
]);
