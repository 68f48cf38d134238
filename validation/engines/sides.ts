import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Side } from '../values/form.js';
import type { TrinoType } from '../values/trino-type.js';
import { runGoldenVectors } from './golden-run.js';
import type { Demotion } from './golden-run.js';
import type { QueryEngine } from './query-engine.js';

/** The engines of both sides, which read different data and hash alike. */
export interface Sides {
  readonly source: QueryEngine;
  readonly target: QueryEngine;
  /** The golden vectors that each of them does not hash as expected. */
  readonly demotions: Readonly<Record<Side, readonly Demotion[]>>;
  /** Kinds of types that they do not hash alike, with the reason: those are compared as canonical text. */
  readonly demoted: ReadonlyMap<TrinoType['kind'], string>;
}

/** Refuses the same side twice, and proves with the golden vectors that both engines hash alike. */
export async function openSides(
  source: QueryEngine,
  target: QueryEngine,
  signal?: AbortSignal,
): Promise<Result<Sides>> {
  const [from, to] = [source.identity, target.identity];
  if (from.service === to.service && from.instance === to.instance && from.catalog === to.catalog)
    return fail([
      diagnostic({
        code: 'validation-same-side',
        message: `Source and target are both the catalog '${from.catalog}' of ${from.service} ${from.instance}: a table would be compared with itself.`,
        fix: "Set the source to Athena, or to a catalog other than the target's.",
      }),
    ]);
  const [ofSource, ofTarget] = [await runGoldenVectors(source, signal), await runGoldenVectors(target, signal)];
  if (!ofSource.ok) return ofSource;
  if (!ofTarget.ok) return ofTarget;
  const demotions = { source: ofSource.value, target: ofTarget.value };
  const demoted = new Map([...demotions.source, ...demotions.target].map(({ kind, reason }) => [kind, reason]));
  return ok({ source, target, demotions, demoted });
}
