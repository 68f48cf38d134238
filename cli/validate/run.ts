import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { reportSha256 } from '../../assessments/index.js';
import { catalogName } from '../../core/catalog-name.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { planFromFiles } from '../../mappings/index.js';
import type { Plan } from '../../mappings/index.js';
import { makeManifest } from '../../registration/index.js';
import { findAssessmentOfReport } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { allChecks } from '../../validation/checks/all-checks.js';
import { readTestQueries } from '../../validation/queries/test-query.js';
import type { TestQuery } from '../../validation/queries/test-query.js';
import { readsTable } from '../../validation/power/query-power.js';
import { athenaCatalog, tablePairs } from '../../validation/run/index.js';
import type { SideConnections, ValidatedPair } from '../../validation/run/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { runOfPlan } from '../plan-of-run.js';
import { validateAndResync } from './resync.js';
import { settingsOf } from './settings.js';
import type { ChosenSettings } from './settings.js';
import { sideAccess } from './sides.js';
import { handOver, validateOnce } from './validate-once.js';
import type { HandedOver, Validation } from './validate-once.js';
import { describeHandedOver, describeValidation, hasFailed } from './view.js';
import type { ShownValidation } from './view.js';

export interface ValidateOptions extends ChosenSettings {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly trinoUrl: string;
  readonly trinoUser: string;
  readonly sourceTrinoUrl?: string;
  readonly sourceTrinoUser: string;
  readonly sourceHiveCatalog: string;
  readonly sourceIcebergCatalog: string;
  readonly athenaWorkgroup: string;
  readonly athenaOutput?: string;
  readonly resync: boolean;
  readonly restart: boolean;
  readonly wait: boolean;
  readonly queries?: string;
  readonly concurrency: number;
  readonly json: boolean;
}

/** `database.table`; a part with a dot is quoted. */
type Name = string;

/** Validates the named tables, or all that were moved, and waits for the results. */
export async function validateTables(
  names: readonly Name[] | 'all',
  options: ValidateOptions,
  io: CliIo,
): Promise<ExitCode> {
  const access = sideAccess(io);
  const queries = options.queries === undefined ? ok([]) : readQueries(options.queries);
  const planned = await planFromFiles({
    assessment: options.assessment,
    mapping: options.mapping,
    variables: options.var,
  });
  if (!access.ok || !queries.ok || !planned.ok)
    return failed(
      io,
      [access, queries, planned].flatMap((each) => (each.ok ? [] : each.error)),
    );
  printDiagnostics(io, planned.value.warnings);
  const { plan, assessment } = planned.value;
  const chosen = chosenTables(names, plan, options, queries.value);
  if (!chosen.ok) return failed(io, chosen.error);
  const count = chosen.value.length;
  io.stderr.write(
    `${options.wait ? 'Validating' : 'Handing over'} ${count} ${count === 1 ? 'table' : 'tables'}: ${placeOfSource(options)} is compared with ${options.trinoUrl} …\n`,
  );
  const use = { access: 'write', command: 'validate' } as const;
  const validated = await useStore(io.env, use, async (state): Promise<Result<ShownValidation | HandedOver>> => {
    const assessmentId = await findAssessmentOfReport(state, reportSha256(assessment));
    if (assessmentId === undefined) return fail([notStarted()]);
    const run = await runOfPlan(state, assessmentId, plan);
    if (!run.ok) return run;
    if (run.value === undefined) return fail([notStarted()]);
    const validation: Validation = {
      state,
      access: access.value,
      concurrency: options.concurrency,
      order: {
        assessmentId,
        runId: randomUUID(),
        sides: sidesOf(options, plan),
        checks: allChecks,
        rules: {},
        queries: queries.value,
        tables: chosen.value,
        restarts: options.restart,
      },
    };
    if (!options.wait) return await handOver(validation, io);
    if (options.resync) return await validateAndResync(validation, io);
    const shown = await validateOnce(validation, io);
    return shown.ok ? ok({ ...shown.value, resynced: [] }) : shown;
  });
  if (!validated.ok) return failed(io, validated.error);
  const shown = validated.value;
  if ('handedOver' in shown) {
    io.stdout.write(
      options.json ? `${JSON.stringify({ kind: 'StartedValidation', ...shown })}\n` : describeHandedOver(shown),
    );
    return shown.unmoved.length > 0 || shown.handedOver === 0 ? 1 : 0;
  }
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'Validation', ...shown })}\n` : describeValidation(shown));
  // Nothing validated is not a success.
  return hasFailed(shown) ? 1 : 0;
}

function placeOfSource({ sourceTrinoUrl }: ValidateOptions): string {
  return sourceTrinoUrl ?? 'Athena';
}

/** The settings of the comparison for each table, from its rule and the command line. */
function chosenTables(
  names: readonly Name[] | 'all',
  plan: Plan,
  options: ValidateOptions,
  queries: readonly TestQuery[],
): Result<readonly ValidatedPair[]> {
  const entries = [...makeManifest(plan).catalogs.values()].flat();
  const catalogs =
    options.sourceTrinoUrl === undefined
      ? { hive: athenaCatalog, iceberg: athenaCatalog }
      : { hive: options.sourceHiveCatalog, iceberg: options.sourceIcebergCatalog };
  const tableOf = new Map<string, Plan['tables'][number]>(plan.tables.map((table) => [table.key, table]));
  const pairs = tablePairs(entries, catalogs);
  const idle = queries.filter((query) => !pairs.some((pair) => readsTable(query, pair)));
  const problems: Diagnostic[] = idle.map(readsNothing);
  const chosen: ValidatedPair[] = [];
  for (const pair of pairs) {
    const mapped = tableOf.get(pair.key);
    if (mapped === undefined) throw new Error(`Bug: the Plan does not hold ${pair.key}.`);
    const { database, name: table } = mapped.source;
    if (names !== 'all' && !names.includes(catalogName(database, table))) continue;
    const settings = settingsOf(mapped, pair, options);
    if (!settings.ok) problems.push(...settings.error);
    else
      chosen.push({
        database,
        table,
        pair,
        settings: { ...settings.value, ...(options.resync && { namesFiles: true }) },
      });
  }
  const known = new Set(chosen.map(({ database, table }) => catalogName(database, table)));
  const unknown = names === 'all' || problems.length > 0 ? [] : names.filter((name) => !known.has(name));
  problems.push(...unknown.map(notMapped));
  return problems.length > 0 ? fail(problems) : ok(chosen);
}

function sidesOf(
  options: ValidateOptions,
  { source: { region, accountId }, target: { trust } }: Plan,
): SideConnections {
  const { trinoUrl, trinoUser, sourceTrinoUrl, sourceTrinoUser, athenaWorkgroup, athenaOutput = null } = options;
  return {
    source:
      sourceTrinoUrl === undefined
        ? {
            type: 'athena',
            account: accountId ?? '',
            region,
            workgroup: athenaWorkgroup,
            outputLocation: athenaOutput,
          }
        : { type: 'trino', url: sourceTrinoUrl, user: sourceTrinoUser },
    target: {
      type: 'trino',
      url: trinoUrl,
      user: trinoUser,
      ...(trust !== undefined && { authorities: trust.authorities }),
    },
  };
}

function readQueries(file: string): Result<readonly TestQuery[]> {
  try {
    return readTestQueries(readFileSync(file, 'utf8'), file);
  } catch (error) {
    return fail([
      diagnostic({
        code: 'test-query-file',
        path: file,
        message: `The test query file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: 'Set --queries to a YAML file with test queries (docs/validation.md).',
      }),
    ]);
  }
}

function readsNothing({ id }: TestQuery): Diagnostic {
  return diagnostic({
    code: 'test-query-reads-no-table',
    path: id,
    message: `The query '${id}' does not name a table of the Plan, so it would prove nothing about one.`,
    fix: 'Name the tables in it as schema.table, as each engine calls them, instead of views; see docs/validation.md.',
  });
}

function notMapped(name: Name): Diagnostic {
  return diagnostic({
    code: 'validation-unknown-table',
    path: name,
    message: `The Plan maps no table ${name}: it does not exist, stays behind, is blocked, or is a view.`,
    fix: '`aws2openstack explain` says what becomes of it. Name tables as database.table, and quote a name with a dot: "a.b".c.',
  });
}

function notStarted(): Diagnostic {
  return diagnostic({
    code: 'validation-without-run',
    message: 'The store has no run of this assessment, so no table was moved.',
    fix: 'Migrate first (`aws2openstack migrate start`), with the same report and the same DATABASE_URL.',
  });
}
