import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../core/canonical-json.js';
import { inputHashes, planFromFiles } from '../../mappings/index.js';
import type { DashboardOptions } from '../../monitoring/dashboard/server/index.js';
import { writeTerraform } from '../../stacks/index.js';
import { shownId } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { terraformSha256 } from '../../state/recording/record-synth.js';
import { signerFrom, writeCertificate } from '../../validation/certificate/index.js';
import type { CertificateInput, TableResult } from '../../validation/certificate/index.js';

/** The Terraform of the demo, recorded for the assessment, and a signed certificate of some of its tables. */
export async function writeFiles(
  state: State,
  folder: string,
  assessmentId: string,
): Promise<Pick<DashboardOptions, 'terraform' | 'certificate'>> {
  const terraform = join(folder, 'cdktf.out');
  const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo');
  const planned = valueOf(await planFromFiles({ assessment: demo, mapping: 'default' }));
  // cdktf 0.21 calls util.isArray, which Node deprecates (DEP0044).
  process.noDeprecation = true;
  valueOf(await writeTerraform(planned.plan, terraform, inputHashes(planned)));
  process.noDeprecation = false;
  await state.db
    .updateTable('transformation_results')
    .set({ output_sha256: valueOf(terraformSha256(terraform)) })
    .where('assessment_id', '=', assessmentId)
    .execute();
  const key = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
  const allowedSigners = join(folder, 'allowed_signers');
  writeFileSync(allowedSigners, `ada@acme.example ${readFileSync(`${key}.pub`, 'utf8')}`);
  const certificate = join(folder, 'certificate');
  const sign = valueOf(signerFrom(key, {}));
  valueOf(await writeCertificate(await inputOf(state, assessmentId), certificate, { pdf: true, sign }));
  return { terraform, certificate: { folder: certificate, allowedSigners } };
}

async function inputOf(state: State, assessmentId: string): Promise<CertificateInput> {
  const tables = await state.db
    .selectFrom('migration_jobs')
    .innerJoin('tables', 'tables.id', 'table_id')
    .select(['database_name', 'table_name', 'estimated_rows', 'estimated_size_bytes'])
    .where('migration_jobs.assessment_id', '=', assessmentId)
    .where('validation_status', '=', 'passed')
    .orderBy('database_name')
    .orderBy('table_name')
    .execute();
  return {
    toolVersion: '0.1.0',
    assessment: {
      id: shownId(assessmentId),
      sha256: sha256('report'),
      accountId: '123456789012',
      region: 'eu-central-1',
    },
    planSha256: sha256('plan'),
    manifestSha256: sha256('manifest'),
    run: { id: 'run-7', startedAt: '2026-11-28T20:00:00.000Z', finishedAt: '2026-11-28T23:30:00.000Z' },
    method: {
      rowHash: { definition: 'checksum(from_big_endian_64(xxhash64(parts, NULL bitmap)))', version: '1' },
      goldenVectors: ['Athena 3', 'Trino 476'].map((name) => {
        const [engine = '', version = ''] = name.split(' ');
        return { engine, version, vectors: 64, alike: 64, asText: [] };
      }),
      sessionSettings: { source: { timeZone: 'UTC' }, target: { timeZone: 'UTC' } },
    },
    skipped: [],
    tables: tables.map((table) => certified(table.database_name, table.table_name, table)),
  };
}

function certified(
  database: string,
  table: string,
  {
    estimated_rows: rows,
    estimated_size_bytes: bytes,
  }: Readonly<Record<'estimated_rows' | 'estimated_size_bytes', number | null>>,
): TableResult {
  const check = (name: 'row_count' | 'schema' | 'checksum' | 'statistics' | 'sample') =>
    ({
      check: name,
      status: 'passed',
      source: '1',
      target: '1',
      difference: null,
      power: { tried: 6, caught: 6 },
      findings: [],
    }) as const;
  return {
    database,
    table,
    target: `lake.${database}.${table}`,
    manifestEntry: `table:${database}.${table}`,
    status: 'certified',
    reasons: [],
    checks: (['row_count', 'schema', 'checksum', 'statistics', 'sample'] as const).map(check),
    snapshots: { source: null, target: null },
    rows: rows ?? 0,
    bytes: bytes ?? 0,
    objects: { count: 12, bytes: bytes ?? 0, sha256: sha256(table) },
    exceptions: [],
    drift: [],
  };
}

function valueOf<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
