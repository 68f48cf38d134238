import { parseDocument } from 'yaml';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** A query whose results both sides must agree on. */
export interface TestQuery {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** ORDER BY decides the place of every row, so that rows are compared in their order and LIMIT chooses the same. */
  readonly isTotallyOrdered: boolean;
}

const keys = ['id', 'sql', 'source', 'target', 'totalOrder'];

/** Reads a YAML file of `queries`. Reports everything that is wrong with it. */
export function readTestQueries(text: string, file: string): Result<readonly TestQuery[]> {
  const document = parseDocument(text);
  const wrong = (path: string, message: string): Diagnostic =>
    diagnostic({
      code: 'test-query-file',
      path,
      message: `${file}: ${message}`,
      fix: 'Write `queries:` as a list of `{ id, sql }`, or of `{ id, source, target }`; add `totalOrder: true` if ORDER BY has no ties.',
      at: { file },
    });
  const [broken] = document.errors;
  if (broken !== undefined) return fail([wrong('', broken.message.split('\n')[0] ?? 'it is not YAML')]);
  const content: unknown = document.toJS();
  const list = isFields(content) ? content['queries'] : undefined;
  if (!Array.isArray(list) || list.length === 0) return fail([wrong('/queries', 'it has no list of queries.')]);
  const read = list.map((each: unknown, index) => readQuery(each, (message) => wrong(`/queries/${index}`, message)));
  const problems = read.flatMap((each) => (each.ok ? [] : each.error));
  const queries = read.flatMap((each) => (each.ok ? [each.value] : []));
  const twice = queries.filter(({ id }, index) => queries.findIndex((other) => other.id === id) !== index);
  problems.push(...twice.map(({ id }) => wrong('/queries', `two queries have the id '${id}'.`)));
  return problems.length > 0 ? fail(problems) : ok(queries);
}

function readQuery(value: unknown, wrong: (message: string) => Diagnostic): Result<TestQuery> {
  if (!isFields(value)) return fail([wrong('a query must be a mapping.')]);
  const { id, sql, source = sql, target = sql, totalOrder = false } = value;
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  const problems = [
    ...unknown.map((key) => wrong(`'${key}' is not a key of a query; allowed are ${keys.join(', ')}.`)),
    ...(isText(id) ? [] : [wrong("'id' must be a text.")]),
    ...(isText(source) && isText(target) ? [] : [wrong("a query needs 'sql', or 'source' and 'target'.")]),
    ...(typeof totalOrder === 'boolean' ? [] : [wrong("'totalOrder' must be true or false.")]),
  ];
  if (problems.length > 0 || !isText(id) || !isText(source) || !isText(target)) return fail(problems);
  return ok({ id, source, target, isTotallyOrdered: totalOrder === true });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
