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
