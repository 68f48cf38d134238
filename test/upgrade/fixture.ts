import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = join(import.meta.dirname, 'fixtures');

/** What the artefact of an earlier commit has left; `make-fixture.ts` made it. */
export interface Fixture {
  readonly name: string;
  readonly commit: string;
  /** Names of the migrations of its store. */
  readonly schema: readonly string[];
  readonly assessment: string;
  /** Its partition file, packed. */
  readonly partitions: Uint8Array;
  /** As its `plan --json` printed it. */
  readonly plan: { readonly items: readonly PlanItem[] };
  /** Every resource that its synth wrote, by stack. */
  readonly resources: Readonly<Record<string, Resources>>;
  /** Of a job that its worker left in flight; null where it had no migrations yet. */
  readonly job: JobSides | null;
  /** Schema and rows of its store. */
  readonly sql: string;
}

/** Resources of a stack by type and name, with their arguments. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

export interface JobSides {
  /** URLs of the object stores as they stand in the fixture's store; nothing answers there any more. */
  readonly source: string;
  readonly target: string;
  /** `bucket/key` of the objects that were copied, and stored as copied, when the worker was killed. */
  readonly copied: readonly string[];
}

export interface PlanItem {
  readonly key: string;
  readonly outcome: string;
  readonly what: string;
}

export const fixtureNames: readonly string[] = readdirSync(folder).sort();

export const mapping = join(import.meta.dirname, 'acme.yaml');

export function fixture(name: string): Fixture {
  const unpacked = (file: string): string => gunzipSync(readFileSync(join(folder, name, file))).toString();
  const about = JSON.parse(readFileSync(join(folder, name, 'about.json'), 'utf8')) as Pick<
    Fixture,
    'commit' | 'schema' | 'job'
  >;
  return {
    name,
    ...about,
    assessment: unpacked('assessment.json.gz'),
    partitions: readFileSync(join(folder, name, 'partitions.ndjson.gz')),
    plan: JSON.parse(unpacked('plan.json.gz')) as Fixture['plan'],
    resources: JSON.parse(unpacked('resources.json.gz')) as Fixture['resources'],
    sql: unpacked('store.sql.gz'),
  };
}

/** @param folder of a stack */
export function resourcesOf(folder: string): Resources {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as { resource?: Resources };
  return resource;
}
