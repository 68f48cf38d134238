import { catalogName } from '../../core/catalog-name.js';
import type { Plan } from '../../mappings/index.js';
import type { CutoverFacts, LeftBehind, Signed, TableFacts } from '../../migration/cutover/index.js';
import { objectsPart } from '../../migration/copy/job/index.js';
import { makeManifest } from '../../registration/index.js';
import type { ManifestEntry } from '../../registration/index.js';
import { runProgress, validatedTables } from '../../state/index.js';
import type { State, TableProgress, ValidatedTable } from '../../state/index.js';
import type { Signature } from '../validate/exceptions.js';
import { tableResult } from '../validate/table-results.js';

type Signatures = ReadonlyMap<string, readonly Signature[]>;

/** The facts in the store about everything that the Plan maps or blocks. */
export async function cutoverFacts(
  state: Pick<State, 'db'>,
  {
    assessmentId,
    plan,
    signatures,
  }: { readonly assessmentId: string; readonly plan: Plan; readonly signatures: Signatures },
): Promise<CutoverFacts> {
  const progress = new Map(
    (await runProgress(state, { assessmentId, part: objectsPart })).map((table) => [nameOf(table), table]),
  );
  const validated = new Map<string, ValidatedTable>();
  for await (const table of validatedTables(state, assessmentId)) validated.set(nameOf(table), table);
  const entries = [...makeManifest(plan).catalogs.values()].flat().filter(({ phase }) => phase !== 'schema');
  const tables = entries.map((entry) => {
    const name = nameOf({ database: entry.source?.database ?? '', table: entry.source?.table ?? '' });
    return tableFacts(entry, name, {
      job: progress.get(name),
      validated: validated.get(name),
      signatures: signatures.get(name) ?? [],
    });
  });
  const leftBehind = plan.blocked.map(({ key, kind, reason }): LeftBehind => {
    const name = kind === 'table' ? key.replace(/^table:/, '') : key;
    const signed = signatures.get(name)?.find(({ check }) => check === 'moved');
    return { name, reason, signed: signed === undefined ? null : signedFor(name, signed) };
  });
  return { tables, leftBehind, skipped: plan.skipped.length };
}

interface Known {
  readonly job: TableProgress | undefined;
  readonly validated: ValidatedTable | undefined;
  readonly signatures: readonly Signature[];
}

function tableFacts(entry: ManifestEntry, name: string, { job, validated, signatures }: Known): TableFacts {
  const facts = { name, job: job?.status ?? null, error: job?.error ?? null };
  // A view has no data of its own.
  if (entry.phase === 'view') return { ...facts, open: [], signed: [] };
  const { status, reasons, exceptions } = tableResult(entry, validated, {
    objects: null,
    exceptions: signatures,
  });
  return {
    ...facts,
    open: status === 'not-certified' ? reasons : [],
    signed: exceptions.map((each) => signedFor(name, each)),
  };
}

function signedFor(table: string, { check, signedBy, signedAt, reason }: Signature): Signed {
  return { table, check, signedBy, signedAt, reason };
}

function nameOf({ database, table }: { readonly database: string; readonly table: string }): string {
  return catalogName(database, table);
}
