import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { EngineAnswer, EngineIdentity, QueryEngine } from '../../validation/engines/query-engine.js';
import { goldenVectors } from '../../validation/engines/golden-vectors.js';

type Rows = readonly (readonly unknown[])[];

/** What an engine answers: the rows of the first pattern that the SQL matches, or a failure. */
export type FakeAnswers = readonly (readonly [pattern: RegExp, answer: Rows | Result<EngineAnswer>])[];

/** An engine without data. It hashes the golden vectors as Trino does unless an answer says otherwise. */
export class FakeEngine implements QueryEngine {
  readonly asked: string[] = [];

  constructor(
    readonly identity: EngineIdentity,
    private readonly answers: FakeAnswers,
    private readonly rowsRead: number | null = 1_000,
  ) {}

  query(sql: string): Promise<Result<EngineAnswer>> {
    this.asked.push(sql);
    const [, answer = usualAnswer(sql)] =
      this.answers.find(([pattern]) => pattern.test(sql) && isMeant(pattern, sql)) ?? [];
    if (answer === undefined) throw new Error(`no answer to ${sql}`);
    const figures = { queryId: `q${this.asked.length}`, rowsRead: this.rowsRead, bytesRead: 1, elapsedMs: 1 };
    return Promise.resolve('ok' in answer ? answer : ok({ rows: answer, types: [], figures }));
  }
}

/** The queries that mutate a table have parts of all others: only a pattern that names their victim is meant for them. */
function isMeant(pattern: RegExp, sql: string): boolean {
  return !sql.includes('$is_victim') || pattern.source.includes('is_victim');
}

/** What an engine that sees everything answers where the test does not care. */
function usualAnswer(sql: string): Rows | undefined {
  if (sql === 'SELECT 1 AS one') return [[1]];
  if (sql.includes(' AS t (n, v)')) return goldenVectors.map(({ type, hash }) => [type, hash]);
  if (sql.includes('"$path"') || sql.endsWith(' LIMIT 0')) return [];
  const mutations = /sequence\(0, ([0-9]+)\)/.exec(sql)?.[1];
  if (mutations === undefined)
    return sql.includes('LEFT JOIN (SELECT true AS "$is_row"') ? [[0, 1, 'EE', 1]] : undefined;
  const figures = sql.match(/ AS s[0-9]+/g)?.length ?? 0;
  return Array.from({ length: Number(mutations) + 1 }, (_, number) => [
    number,
    ...(number === 0 ? [0, 0, 9, 'FF'] : [1, 1, 9 + number, `A${number}`]),
    ...Array.from({ length: figures }, () => number),
  ]);
}
