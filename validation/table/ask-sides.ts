import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { EngineAnswer, QueryFigures } from '../engines/query-engine.js';
import type { Sides } from '../engines/sides.js';
import type { Side } from '../values/form.js';

export type Rows = readonly (readonly unknown[])[];

/** A query of the run and what it cost. */
export interface AskedQuery extends QueryFigures {
  readonly side: Side;
  /** The purpose of the query, such as `hash`. */
  readonly purpose: string;
}

export interface SideAnswers {
  readonly source: Rows;
  readonly target: Rows;
  /** Of the columns, as each engine names them. */
  readonly types: Readonly<Record<Side, readonly string[]>>;
  readonly figures: Readonly<Record<Side, QueryFigures>>;
}

const cancelled = diagnostic({
  code: 'validation-cancelled',
  message: 'The validation was cancelled.',
  fix: 'Start it again: aws2openstack validate.',
});

/** Asks both sides at once and keeps a record of every query that was answered. */
export class SideQuestions {
  readonly asked: AskedQuery[] = [];

  constructor(
    private readonly sides: Sides,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async both(purpose: string, sql: (side: Side) => string): Promise<Result<SideAnswers>> {
    const [source, target] = await Promise.all([
      this.one(purpose, 'source', sql('source')),
      this.one(purpose, 'target', sql('target')),
    ]);
    if (!source.ok || !target.ok) return fail([source, target].flatMap((each) => (each.ok ? [] : each.error)));
    const figures = { source: source.value.figures, target: target.value.figures };
    const types = { source: source.value.types, target: target.value.types };
    return ok({ source: source.value.rows, target: target.value.rows, types, figures });
  }

  async one(purpose: string, side: Side, sql: string): Promise<Result<EngineAnswer>> {
    if (this.signal?.aborted === true) return fail([cancelled]);
    const answer = await this.sides[side].query(sql, this.signal);
    if (!answer.ok) return fail(answer.error.map((each) => ({ ...each, message: `At the ${side}: ${each.message}` })));
    this.asked.push({ side, purpose, ...answer.value.figures });
    return answer;
  }
}
