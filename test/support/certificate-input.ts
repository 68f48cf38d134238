import type { CertificateInput, TableResult } from '../../validation/certificate/index.js';

const hash = (letter: string): string => letter.repeat(64);

/** A table that is identical by its checks, unless told otherwise. */
export function certifiedTable(name: string, changes: Partial<TableResult> = {}): TableResult {
  const [database = '', table = ''] = name.split('.');
  return {
    database,
    table,
    target: `iceberg.${database}.${table}`,
    manifestEntry: `table:${name}`,
    status: 'certified',
    reasons: [],
    checks: [
      {
        check: 'row_count',
        status: 'passed',
        source: '1200',
        target: '1200',
        difference: null,
        power: { tried: 2, caught: 2 },
        findings: [],
      },
      {
        check: 'schema',
        status: 'passed',
        source: '8 columns',
        target: '8 columns',
        difference: null,
        power: null,
        findings: [],
      },
      {
        check: 'checksum',
        status: 'passed',
        source: '6f1a',
        target: '6f1a',
        difference: null,
        power: { tried: 6, caught: 6 },
        findings: [],
      },
    ],
    snapshots: { source: '4711', target: '4711' },
    rows: 1200,
    bytes: 5_000_000,
    objects: { count: 12, bytes: 5_000_000, sha256: hash('a') },
    exceptions: [],
    drift: [],
    ...changes,
  };
}

export function certificateOf(
  tables: CertificateInput['tables'],
  changes: Partial<CertificateInput> = {},
): CertificateInput {
  return {
    toolVersion: '0.1.0',
    assessment: { id: 'assessment-1a2b3c', sha256: hash('b'), accountId: '123456789012', region: 'eu-central-1' },
    planSha256: hash('c'),
    manifestSha256: hash('d'),
    run: { id: 'run-7', startedAt: '2026-11-28T20:00:00.000Z', finishedAt: '2026-11-28T23:30:00.000Z' },
    method: {
      rowHash: { definition: 'checksum(from_big_endian_64(xxhash64(parts, NULL bitmap)))', version: '1' },
      goldenVectors: [
        { engine: 'Athena', version: '3', vectors: 64, alike: 64, asText: [] },
        { engine: 'Trino', version: '476', vectors: 64, alike: 64, asText: [] },
      ],
      sessionSettings: { Trino: { 'time-zone': 'UTC', timestamp_precision: 'MILLISECONDS' } },
    },
    skipped: [],
    tables,
    ...changes,
  };
}
