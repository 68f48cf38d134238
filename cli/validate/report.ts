import { reportSha256 } from '../../assessments/index.js';
import { compareText, sha256 } from '../../core/canonical-json.js';
import { catalogName } from '../../core/catalog-name.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import { toolVersion } from '../../core/tool-version.js';
import { planFromFiles, planSha256 } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { objectsDigest } from '../../migration/work-order/index.js';
import { makeManifest, renderManifest } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import { findAssessmentOfReport, shownId, validatedTables } from '../../state/index.js';
import type { State, ValidatedTable } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { signerFrom, writeCertificate } from '../../validation/certificate/index.js';
import type { Certificate, CertificateInput, TableResult } from '../../validation/certificate/index.js';
import { besideAthena } from '../../validation/run/index.js';
import type { ProvenEngine } from '../../validation/run/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { outdatedTerraform } from '../outdated-terraform.js';
import type { TerraformOption } from '../outdated-terraform.js';
import { runOfPlan } from '../plan-of-run.js';
import { readExceptions, signedForNothing } from './exceptions.js';
import type { Signature } from './exceptions.js';
import { tableResult } from './table-results.js';

export interface CertificateOptions extends TerraformOption {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly output: string;
  readonly key?: string;
  readonly exceptions?: string;
  readonly pdf: boolean;
  readonly json: boolean;
}

/** Writes the certificate of a migration from what was validated last. */
export async function certify(options: CertificateOptions, io: CliIo): Promise<ExitCode> {
  const exceptions = options.exceptions === undefined ? ok(new Map()) : readExceptions(options.exceptions);
  const sign = options.key === undefined ? ok(undefined) : signerFrom(options.key, io.env);
  const planned = await planFromFiles({
    assessment: options.assessment,
    mapping: options.mapping,
    variables: options.var,
  });
  if (!exceptions.ok || !sign.ok || !planned.ok)
    return failed(
      io,
      [exceptions, sign, planned].flatMap((each) => (each.ok ? [] : each.error)),
    );
  const files = planned.value;
  const idle = signedForNothing(exceptions.value, files, options.exceptions ?? '');
  if (idle.length > 0) return failed(io, idle);
  const use = { access: 'read', command: 'validate report' } as const;
  const written = await useStore(io.env, use, async (state) => {
    const assessmentId = await findAssessmentOfReport(state, reportSha256(files.assessment));
    if (assessmentId === undefined) return fail([nothingValidated()]);
    const migrated = await runOfPlan(state, assessmentId, files.plan);
    if (!migrated.ok) return migrated;
    const { terraform } = options;
    const known = { assessmentId, ...(terraform !== undefined && { terraform }) };
    printDiagnostics(io, await outdatedTerraform(state, files, known));
    const validated = new Map<string, ValidatedTable>();
    for await (const table of validatedTables(state, assessmentId))
      validated.set(JSON.stringify([table.database, table.table]), table);
    const run = runOf([...validated.values()]);
    if (run === undefined) return fail([nothingValidated()]);
    const input = certificateInput(state, files, { assessmentId, validated, run, exceptions: exceptions.value });
    const { value } = sign;
    return await writeCertificate(input, options.output, {
      pdf: options.pdf,
      ...(value !== undefined && { sign: value }),
    });
  });
  if (!written.ok) return failed(io, written.error);
  if (options.key === undefined) printDiagnostics(io, [unsigned()]);
  const { verdict, totals } = written.value;
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ kind: 'MigrationCertificate', folder: options.output, certificate: written.value })}\n`
      : describe(written.value, options.output),
  );
  return verdict === 'not-certified' || totals.tables === 0 ? 1 : 0;
}

interface Inputs {
  readonly assessmentId: string;
  readonly validated: ReadonlyMap<string, ValidatedTable>;
  readonly run: ValidationRun;
  readonly exceptions: ReadonlyMap<string, readonly Signature[]>;
}

function certificateInput(
  state: Pick<State, 'db'>,
  { plan, assessment }: PlannedFiles,
  { assessmentId, validated, run, exceptions }: Inputs,
): CertificateInput {
  const manifest = makeManifest(plan);
  const hasAthena = run.engines.some(({ service }) => service === 'athena');
  const entries = [...manifest.catalogs.values()].flat().filter(({ phase }) => phase === 'table');
  const named = new Map<string, (typeof assessment.tables)[number]>(
    assessment.tables.map((table) => [`table:${catalogName(table.database, table.name)}`, table]),
  );
  const unmapped = (items: typeof plan.blocked) =>
    items.flatMap(({ key, reason }) => {
      const table = named.get(key);
      return table === undefined ? [] : [{ database: table.database, table: table.name, reason }];
    });
  const blocked = unmapped(plan.blocked).map(({ database, table, reason }) => blockedTable(database, table, reason));
  return {
    toolVersion: toolVersion(),
    assessment: {
      id: shownId(assessmentId),
      sha256: reportSha256(assessment),
      accountId: plan.source.accountId,
      region: plan.source.region,
    },
    planSha256: planSha256(plan),
    manifestSha256: sha256(renderManifest(manifest).get('manifest.json') ?? ''),
    run: { id: run.id, startedAt: run.startedAt, finishedAt: run.finishedAt },
    method: {
      rowHash: {
        definition:
          'checksum(from_big_endian_64(xxhash64(8 bytes of each column, then the bits of NULLs))), in one scan',
        version: '1',
      },
      goldenVectors: run.engines.map(({ service, instance, version, vectors, alike, asText }) => ({
        engine: `${service} ${instance}`,
        version,
        vectors,
        alike,
        asText,
      })),
      sessionSettings: {
        source: { timeZone: 'UTC' },
        target: { timeZone: 'UTC', ...(hasAthena && besideAthena) },
      },
    },
    skipped: unmapped(plan.skipped),
    tables: tablesOf(state, [...entries, ...blocked], validated, exceptions),
  };
}

async function* tablesOf(
  state: Pick<State, 'db'>,
  tables: readonly (ManifestEntry | TableResult)[],
  validated: Inputs['validated'],
  exceptions: Inputs['exceptions'],
): AsyncGenerator<TableResult> {
  const nameOf = (each: ManifestEntry | TableResult): readonly [string, string] =>
    'phase' in each ? [each.source?.database ?? '', each.source?.table ?? ''] : [each.database, each.table];
  const sorted = tables.toSorted((a, b) => {
    const [[oneDatabase, one], [otherDatabase, other]] = [nameOf(a), nameOf(b)];
    return compareText(oneDatabase, otherDatabase) || compareText(one, other);
  });
  for (const each of sorted) {
    if (!('phase' in each)) {
      yield each;
      continue;
    }
    const [database, table] = nameOf(each);
    const found = validated.get(JSON.stringify([database, table]));
    const objects = found === undefined ? null : await objectsDigest(state, found.jobId, each.key);
    yield tableResult(each, found, { objects, exceptions: exceptions.get(catalogName(database, table)) ?? [] });
  }
}

function blockedTable(database: string, table: string, reason: string): TableResult {
  return {
    database,
    table,
    target: null,
    manifestEntry: null,
    status: 'not-certified',
    reasons: [`It is blocked: ${reason}.`],
    checks: [],
    snapshots: { source: null, target: null },
    rows: null,
    bytes: null,
    objects: null,
    exceptions: [],
    drift: [],
  };
}

interface ValidationRun {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly engines: readonly ProvenEngine[];
}

/** The newest run, and the times of all results. */
function runOf(tables: readonly ValidatedTable[]): ValidationRun | undefined {
  const results = tables.flatMap((table) => table.results);
  const times = results.map(({ validated_at }) => validated_at).sort();
  const newest = results.toSorted((a, b) => compareText(b.validated_at, a.validated_at))[0];
  const [startedAt, finishedAt] = [times[0], times.at(-1)];
  if (newest === undefined || startedAt === undefined || finishedAt === undefined) return undefined;
  const details = (result: (typeof results)[number]) =>
    result.details as { readonly runId?: string; readonly engines?: readonly ProvenEngine[] };
  const engines = new Map(
    results.flatMap((result) =>
      (details(result).engines ?? []).map((engine) => [JSON.stringify(engine), engine] as const),
    ),
  );
  return { id: details(newest).runId ?? '', startedAt, finishedAt, engines: [...engines.values()] };
}

function describe({ verdict, totals }: Certificate, folder: string): string {
  const { tables, byStatus } = totals;
  return [
    `${printableVerdict(verdict)}: ${byStatus.certified} of ${tables} tables certified, ${byStatus['certified-with-exceptions']} with exceptions, ${byStatus['not-certified']} not`,
    `The certificate is in ${folder}.`,
    '',
    `Next: aws2openstack verify ${folder} --allowed-signers FILE --identity SIGNER checks it, here and wherever it is handed on.`,
    '',
  ].join('\n');
}

function printableVerdict(verdict: string): string {
  const text = verdict.replaceAll('-', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function nothingValidated() {
  return diagnostic({
    code: 'nothing-validated',
    message: 'The store has no validation of this assessment, so there is nothing to certify.',
    fix: 'Run aws2openstack validate all with the same report, mapping and DATABASE_URL.',
  });
}

function unsigned() {
  return diagnostic({
    code: 'certificate-unsigned',
    severity: 'warning',
    message: 'The certificate is not signed, so aws2openstack verify refuses it.',
    fix: 'Add --key FILE with an Ed25519 key from ssh-keygen.',
  });
}
