import { statusWords } from '../../state/index.js';
import type { JobStatus } from '../../state/index.js';
import type { SourceChanges, TableChanges } from './source-changes.js';

/** The facts about a table, view or link that the Plan maps. */
export interface TableFacts {
  /** `database.table`. */
  readonly name: string;
  /** Of its newest job; `null` without one. */
  readonly job: JobStatus | null;
  readonly error: string | null;
  /** Why it is not certified: required checks that are missing, failed or weak, and not signed for. */
  readonly open: readonly string[];
  /** Checks that somebody answers for. */
  readonly signed: readonly Signed[];
}

export interface Signed {
  readonly table: string;
  readonly check: string;
  readonly signedBy: string;
  readonly signedAt: string;
  readonly reason: string;
}

/** An asset that the Plan blocks. */
export interface LeftBehind {
  readonly name: string;
  readonly reason: string;
  /** Person who vouches that it may stay behind. */
  readonly signed: Signed | null;
}

export interface CutoverFacts {
  readonly tables: readonly TableFacts[];
  readonly leftBehind: readonly LeftBehind[];
  /** Assets that a rule skips. */
  readonly skipped: number;
}

/** `noted`: a step of the cutover settles it. */
export type Standing = 'holds' | 'blocks' | 'noted';

export interface Prerequisite {
  readonly name: 'tables-moved' | 'checks-passed' | 'nothing-left-behind' | 'source-frozen' | 'source-unchanged';
  readonly standing: Standing;
  /** The evidence, in one line. */
  readonly evidence: string;
  /** The first few problems; empty if it holds. */
  readonly problems: readonly string[];
  readonly fix: string;
}

export interface Source {
  /** `null` where the source was not listed. */
  readonly changes: SourceChanges | null;
  /** Person who accepted exactly these changes. */
  readonly acceptedBy: string | null;
  readonly hasFreeze: boolean;
  /** Whether a final pass may still copy what has changed. */
  readonly isBeforeFinalPass: boolean;
}

const mostProblems = 20;

/** The prerequisites of the target's takeover, each with its evidence and the way on. Pure. */
export function prerequisitesOf(
  { tables, leftBehind, skipped }: CutoverFacts,
  source: Source,
): readonly Prerequisite[] {
  const unmoved = tables.filter(({ job }) => job !== 'COMPLETED');
  const open = tables.filter((table) => table.job === 'COMPLETED' && table.open.length > 0);
  const signed = tables.flatMap((table) => table.signed);
  const unsigned = leftBehind.filter((asset) => asset.signed === null);
  return [
    {
      name: 'tables-moved',
      standing: unmoved.length === 0 && tables.length > 0 ? 'holds' : 'blocks',
      evidence: `${tables.length - unmoved.length} of ${tables.length} tables and views are moved`,
      problems: some(unmoved.map(({ name, job, error }) => `${name}: ${unmovedReason(job, error)}`)),
      fix: tables.length === 0 ? 'The Plan maps no table: run aws2openstack plan.' : moveFix,
    },
    {
      name: 'checks-passed',
      // Of no table, nothing is shown.
      standing: open.length > 0 || tables.length === unmoved.length ? 'blocks' : 'holds',
      evidence:
        tables.length === unmoved.length
          ? 'no table is moved that could have passed a check'
          : `${tables.length - unmoved.length - open.length} of ${tables.length - unmoved.length} moved tables passed every required check since they were copied${signed.length === 0 ? '' : `, ${signed.length} ${signed.length === 1 ? 'check' : 'checks'} by signature`}`,
      problems: some(open.map((table) => `${table.name}: ${table.open.join('; ')}`)),
      fix: 'Run aws2openstack validate table NAMES; sign for what stays as it is in the file of --exceptions (docs/certificate.md).',
    },
    {
      name: 'nothing-left-behind',
      standing: unsigned.length > 0 ? 'blocks' : 'holds',
      evidence: `${leftBehind.length} blocked assets, ${leftBehind.length - unsigned.length} of them signed for; ${skipped} skipped by rules`,
      problems: some(unsigned.map(({ name, reason }) => `${name}: ${reason}`)),
      fix: 'Give it a rule in the mapping (to or skip), or sign for it in the file of --exceptions with `check: moved`.',
    },
    {
      name: 'source-frozen',
      standing: source.hasFreeze ? 'holds' : 'noted',
      evidence: source.hasFreeze
        ? 'the step freeze has a hook'
        : 'nothing stops the writers of the source: what they write after the last listing stays behind',
      problems: [],
      fix: 'Name a hook for steps.freeze in the file of --file.',
    },
    unchanged(source),
  ];
}

export function isBlocked(prerequisites: readonly Prerequisite[]): boolean {
  return prerequisites.some(({ standing }) => standing === 'blocks');
}

function unchanged({ changes, acceptedBy, isBeforeFinalPass }: Source): Prerequisite {
  const named = { name: 'source-unchanged', fix: changedFix } as const;
  if (changes === null)
    return {
      ...named,
      standing: 'noted',
      evidence: 'the source was not listed',
      problems: [],
      fix: 'Leave out --no-listing.',
    };
  const { tables, objects, differing } = changes;
  if (tables === 0)
    return {
      ...named,
      standing: 'noted',
      evidence: 'no table is moved that could be listed',
      problems: [],
      fix: moveFix,
    };
  const listed = `${objects} objects of ${tables} tables and views were listed once more`;
  if (differing.length === 0)
    return { ...named, standing: 'holds', evidence: `${listed}, all as they were copied`, problems: [] };
  const who = acceptedBy === null ? '' : `, which ${acceptedBy} accepted`;
  return {
    ...named,
    standing: acceptedBy !== null ? 'holds' : isBeforeFinalPass ? 'noted' : 'blocks',
    evidence: `${listed}; ${differing.length} ${differing.length === 1 ? 'table has' : 'tables have'} changed${who}`,
    problems: some(differing.map(describeChanges)),
  };
}

function describeChanges({ table, added, changed, gone, examples, metadata }: TableChanges): string {
  const shown = examples.length === 0 ? '' : ` (${examples.join(', ')})`;
  return `${table}: ${added} added, ${changed} changed, ${gone} gone${shown}${metadata === undefined ? '' : `. ${metadata}`}`;
}

const moveFix =
  'Run aws2openstack migrate status, then migrate retry or resume for what failed or rests, and migrate worker --until-done.';

export const changedFix =
  'Run aws2openstack validate all --resync, which copies new and overwritten objects and takes the newest metadata of Iceberg tables; for conversions and new partitions, assess again and migrate the new assessment. If the changes may stay behind, run aws2openstack cutover go --accept-changes NAME=REASON.';

function unmovedReason(job: JobStatus | null, error: string | null): string {
  if (job === null) return 'it has no job';
  return error === null ? statusWords[job] : `${statusWords[job]}: ${error.split('\n')[0] ?? ''}`;
}

function some(problems: readonly string[]): readonly string[] {
  const more = problems.length - mostProblems;
  return more > 0 ? [...problems.slice(0, mostProblems), `and ${more} more`] : problems;
}
