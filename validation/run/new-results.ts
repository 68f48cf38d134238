import type { NewValidationResult, ValidationStatus } from '../../state/index.js';
import { goldenVectors } from '../engines/golden-vectors.js';
import type { EngineIdentity } from '../engines/query-engine.js';
import type { Sides } from '../engines/sides.js';
import type { CheckResult } from '../checks/check-result.js';
import type { TableValidation } from '../table/validate-table.js';

export interface ResultsOf {
  readonly migrationJobId: string;
  readonly runId: string;
  readonly sides: Sides;
}

/** An engine and how many golden vectors it hashed as expected. */
export interface ProvenEngine extends EngineIdentity {
  readonly vectors: number;
  readonly alike: number;
  /** Kinds of the other vectors' types, which are compared as text instead. */
  readonly asText: readonly string[];
}

function enginesOf(sides: Sides): readonly ProvenEngine[] {
  const vectors = goldenVectors.length;
  return (['source', 'target'] as const).map((side) => {
    const demotions = sides.demotions[side];
    const asText = [...new Set(demotions.map(({ kind }) => kind))].sort();
    return { ...sides[side].identity, vectors, alike: vectors - demotions.length, asText };
  });
}

const worstFirst: readonly ValidationStatus[] = ['failed', 'warning', 'passed'];

/**
 * Rows for the store, one for each check: those of several test queries are joined. What shows how strong a check is, its
 * queries and the rows that differ are in `details`.
 */
export function newResults(
  { results, queries, snapshots, located, notLocated, files, power }: TableValidation,
  { migrationJobId, runId, sides }: ResultsOf,
): readonly NewValidationResult[] {
  const byCheck = Map.groupBy(results, ({ check }) => check);
  return [...byCheck].map(([check, own]) => {
    const worst = worstFirst.find((status) => own.some((one) => one.status === status)) ?? 'failed';
    const shown = own.find(({ status }) => status === worst);
    const proof = power?.checks.find((each) => each.check === check);
    return {
      migration_job_id: migrationJobId,
      validation_type: check,
      status: worst,
      source_value: shown?.sourceValue ?? null,
      target_value: shown?.targetValue ?? null,
      difference: shown?.difference ?? null,
      details: {
        runId,
        snapshots,
        results: own.map(({ details, findings, status, difference, power: detection }: CheckResult) => ({
          status,
          difference,
          details,
          findings,
          ...(detection && { detection }),
        })),
        ...(proof && { power: { tried: proof.tried, caught: proof.caught } }),
        ...(check === 'checksum' && {
          located,
          ...(notLocated && { notLocated }),
          queries,
          engines: enginesOf(sides),
          ...(files && { files }),
        }),
      },
    };
  });
}
