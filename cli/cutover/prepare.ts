import { reportSha256 } from '../../assessments/index.js';
import { glueTables } from '../../clients/glue/index.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import { catalogName } from '../../core/catalog-name.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { planFromFiles } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { compareSource } from '../../migration/cutover/index.js';
import type { CutoverFacts, CutoverSettings, SourceChanges } from '../../migration/cutover/index.js';
import type { RunConnections } from '../../migration/run/index.js';
import { findAssessmentOfReport, movedTables } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { sourceOf } from '../migrate/connections.js';
import { runOfPlan } from '../plan-of-run.js';
import { readExceptions, signedForNothing } from '../validate/exceptions.js';
import type { Signature } from '../validate/exceptions.js';
import { cutoverFacts } from './facts.js';
import { readSettings } from './read-settings.js';

export interface CutoverFiles {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly file: string;
  readonly exceptions?: string;
}

export interface ReadFiles {
  readonly planned: PlannedFiles;
  readonly settings: CutoverSettings;
  readonly signatures: ReadonlyMap<string, readonly Signature[]>;
}

/** Problems of all files are reported together. */
export async function readFiles(options: CutoverFiles): Promise<Result<ReadFiles>> {
  const settings = readSettings(options.file);
  const signatures = options.exceptions === undefined ? ok(new Map()) : readExceptions(options.exceptions);
  const planned = await planFromFiles({
    assessment: options.assessment,
    mapping: options.mapping,
    variables: options.var,
  });
  if (!settings.ok || !signatures.ok || !planned.ok)
    return fail([settings, signatures, planned].flatMap((each) => (each.ok ? [] : each.error)));
  const idle = signedForNothing(signatures.value, planned.value, options.exceptions ?? '');
  if (idle.length > 0) return fail(idle);
  return ok({ settings: settings.value, signatures: signatures.value, planned: planned.value });
}

/** The migration that is cut over, and what can be asked of it. */
export interface Preparation {
  readonly assessmentId: string;
  readonly facts: () => Promise<Result<CutoverFacts>>;
  readonly compare: () => Promise<Result<SourceChanges>>;
}

const listingConnections = 16;

/** Finds the run of the files; fails where there is none, or one of another Plan. */
export async function prepare(
  state: State,
  { planned: { plan, assessment }, signatures }: ReadFiles,
  signal: AbortSignal,
): Promise<Result<Preparation>> {
  const assessmentId = await findAssessmentOfReport(state, reportSha256(assessment));
  if (assessmentId === undefined) return fail([notMigrated()]);
  const run = await runOfPlan(state, assessmentId, plan);
  if (!run.ok) return run;
  if (run.value === undefined) return fail([notMigrated()]);
  const { source } = run.value.connections as RunConnections;
  return ok({
    assessmentId,
    facts: async () => ok(await cutoverFacts(state, { assessmentId, plan, signatures })),
    compare: async () => {
      const moved = await movedTables(state, assessmentId);
      const tables = [...moved].map(([name, { jobId }]) => ({
        name: catalogName(...(JSON.parse(name) as readonly string[])),
        jobId,
      }));
      const catalog = glueTables(sourceOf(source));
      const transfer = s3Transfer(sourceOf(source), { connections: listingConnections });
      try {
        return await compareSource(state, { lister: bucketLister(transfer), catalog }, tables, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        return fail([interrupted()]);
      } finally {
        catalog.close();
        await transfer.close();
      }
    },
  });
}

function notMigrated(): Diagnostic {
  return diagnostic({
    code: 'cutover-without-run',
    message: 'The store has no run of this assessment, so there is nothing to cut over to.',
    fix: 'Migrate and validate first (`aws2openstack migrate start`), with the same report and the same DATABASE_URL.',
  });
}

function interrupted(): Diagnostic {
  return diagnostic({
    code: 'cutover-interrupted',
    message: 'The listing of the source was interrupted.',
    fix: 'Run the same command again: it continues with this step.',
  });
}
