import type { CurrentResult, ValidatedTable } from '../../state/index.js';
import type { ObjectsDigest } from '../../migration/work-order/index.js';
import { isOpen } from '../../validation/certificate/index.js';
import type { TableResult } from '../../validation/certificate/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import type { Signature, SignedException } from './exceptions.js';

type Check = TableResult['checks'][number];

/** A certificate's entry for a table of the Plan that was, or should have been, moved. */
export function tableResult(
  { key, source, target, partitionedTable }: ManifestEntry,
  validated: ValidatedTable | undefined,
  { objects, exceptions }: { readonly objects: ObjectsDigest | null; readonly exceptions: readonly Signature[] },
): TableResult {
  const { database = '', table } = source ?? {};
  const required = requiredChecks.filter((check) => check !== 'partition' || (partitionedTable?.keys.length ?? 0) > 0);
  const found = new Map((validated?.results ?? []).map((result) => [result.validation_type, result]));
  const queried = found.has('query') ? (['query'] as const) : [];
  const checks = [...required, ...queried].map((check): Check => {
    const result = found.get(check);
    return result === undefined ? missing(check) : checkOf(result);
  });
  const open = checks.filter(isOpen);
  // The signer has seen the result, and nobody signs for a table that was never moved.
  const signed = exceptions.filter((each): each is SignedException => {
    const seen = found.get(each.check as Check['check'])?.validated_at ?? validated?.movedAt;
    return seen !== undefined && Date.parse(each.signedAt) >= Date.parse(seen);
  });
  const unsigned = open.filter(({ check }) => !signed.some((each) => each.check === check));
  const isTooOld = ({ check }: Check): boolean => exceptions.some((each) => each.check === check);
  const snapshots = detailsOf(found.get('checksum')).snapshots ?? {};
  return {
    database,
    table: table ?? '',
    target: `${target.catalog}.${target.schema}.${target.table ?? ''}`,
    manifestEntry: key,
    status: open.length === 0 ? 'certified' : unsigned.length === 0 ? 'certified-with-exceptions' : 'not-certified',
    reasons:
      validated === undefined
        ? ['No job has moved it.']
        : unsigned.map((check) => `${reasonOf(check)}${isTooOld(check) ? olderSignature : ''}`),
    checks,
    snapshots: { source: snapshots.source ?? null, target: snapshots.target ?? null },
    rows: rowsOf(found.get('row_count')),
    bytes: objects?.bytes ?? null,
    objects,
    exceptions: signed.filter((each) => open.some(({ check }) => check === each.check)),
    drift: [],
  };
}

const olderSignature = ' (the signature for it is older than this result)';
const requiredChecks = ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample'] as const;

function missing(check: Check['check']): Check {
  return { check, status: 'missing', source: null, target: null, difference: null, power: null, findings: [] };
}

function checkOf(result: CurrentResult): Check {
  const { power = null, results = [] } = detailsOf(result);
  const findings = new Map(
    results.flatMap((each) => each.findings).map(({ code, message }) => [`${code} ${message}`, { code, message }]),
  );
  const isWeak = [...findings.values()].some(({ code }) => code === 'check-weak');
  return {
    check: result.validation_type,
    status: isWeak && result.status === 'warning' ? 'weak' : result.status,
    source: result.source_value,
    target: result.target_value,
    difference: result.difference,
    power,
    findings: [...findings.values()],
  };
}

function reasonOf({ check, status, difference }: Check): string {
  return `${check} ${status}${difference === null ? '' : `: ${difference}`}`;
}

function rowsOf(result: CurrentResult | undefined): number | null {
  const rows = Number(result?.target_value ?? Number.NaN);
  return Number.isSafeInteger(rows) ? rows : null;
}

interface Details {
  readonly power?: { readonly tried: number; readonly caught: number };
  readonly snapshots?: { readonly source?: string; readonly target?: string };
  readonly results?: readonly { readonly findings: Check['findings'] }[];
}

function detailsOf(result: CurrentResult | undefined): Details {
  return result?.details ?? {};
}
