import { createHash } from 'node:crypto';
import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import type { TableResult } from './certificate-input.js';

/**
 * The links from a table's objects to the answers of queries. Each link is the SHA-256 of the canonical JSON of
 * `{link, previous, value}`: whoever changes one changes all after it.
 */
export interface TableChain {
  readonly objects: string;
  readonly manifest: string;
  readonly snapshot: string;
  readonly rows: string;
  readonly queries: string;
}

export function chainOf(table: TableResult, manifestSha256: string): TableChain {
  const objects = linkOf('objects', null, table.objects);
  const manifest = linkOf('manifest', objects, { entry: table.manifestEntry, manifestSha256 });
  const snapshot = linkOf('snapshot', manifest, table.snapshots);
  const rows = linkOf('rows', snapshot, {
    checks: table.checks.filter(({ check }) => check !== 'query'),
    rows: table.rows,
  });
  const queries = linkOf(
    'queries',
    rows,
    table.checks.filter(({ check }) => check === 'query'),
  );
  return { objects, manifest, snapshot, rows, queries };
}

function linkOf(link: keyof TableChain, previous: string | null, value: unknown): string {
  return sha256(canonicalJson({ link, previous, value }));
}

/** The SHA-256 of the last links of all tables, each followed by a line feed, in the order of the tables. */
export class ChainRoot {
  private readonly hash = createHash('sha256');

  add({ queries }: TableChain): void {
    this.hash.update(`${queries}\n`);
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }
}
