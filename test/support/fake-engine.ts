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
    const [, answer] = [...this.answers, ...golden].find(([pattern]) => pattern.test(sql)) ?? [];
    if (answer === undefined) throw new Error(`no answer to ${sql}`);
    const figures = { queryId: `q${this.asked.length}`, rowsRead: this.rowsRead, bytesRead: 1, elapsedMs: 1 };
    return Promise.resolve('ok' in answer ? answer : ok({ rows: answer, figures }));
  }
}

const golden: FakeAnswers = [
  [/^SELECT 1 AS one$/, [[1]]],
  [/ AS t \(n, v\)/, goldenVectors.map(({ type, hash }) => [type, hash])],
];
