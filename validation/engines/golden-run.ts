import type { Result } from '../../core/result.js';
import { ok } from '../../core/result.js';
import { goldenQuery, goldenVectors } from './golden-vectors.js';
import type { GoldenVector } from './golden-vectors.js';
import type { QueryEngine } from './query-engine.js';
import { parseTrinoType } from '../values/trino-type.js';
import type { TrinoType } from '../values/trino-type.js';

/** A golden vector that an engine hashes differently, or not at all. */
export interface Demotion {
  readonly type: string;
  readonly kind: TrinoType['kind'];
  readonly reason: string;
}

/**
 * Which types an engine does not hash as Trino 476 does. Fails when it answers no query at all. One query, and one for each
 * type only where that one fails.
 */
export async function runGoldenVectors(
  engine: QueryEngine,
  signal?: AbortSignal,
): Promise<Result<readonly Demotion[]>> {
  const reached = await engine.query('SELECT 1 AS one', signal);
  if (!reached.ok) return reached;
  const together = await engine.query(goldenQuery(goldenVectors), signal);
  if (together.ok) return ok(goldenVectors.flatMap((vector) => judge(engine, vector, together.value.rows)));
  const demotions: Demotion[] = [];
  for (const vector of goldenVectors) {
    const alone = await engine.query(goldenQuery([vector]), signal);
    demotions.push(
      ...(alone.ok
        ? judge(engine, vector, alone.value.rows)
        : [demotion(vector, alone.error.map(({ message }) => message).join(' '))]),
    );
  }
  return ok(demotions);
}

function judge(
  { identity }: QueryEngine,
  vector: GoldenVector,
  rows: readonly (readonly unknown[])[],
): readonly Demotion[] {
  const { type, hash } = vector;
  const found = rows.find((row) => row[0] === type)?.[1];
  return found === hash
    ? []
    : [demotion(vector, `${identity.service} hashes it to ${String(found)} instead of ${hash}`)];
}

function demotion({ type }: GoldenVector, reason: string): Demotion {
  const parsed = parseTrinoType(type);
  if (!parsed.ok) throw new Error(`Bug: the golden vector ${type}: ${parsed.error}`);
  return { type, kind: parsed.value.kind, reason };
}
