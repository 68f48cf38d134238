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
  /** `<type>.<name>` of every resource that its synth wrote, by stack. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Schema and rows of its store. */
  readonly sql: string;
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
    'commit' | 'schema'
  >;
  return {
    name,
    ...about,
    assessment: unpacked('assessment.json.gz'),
    partitions: readFileSync(join(folder, name, 'partitions.ndjson.gz')),
    plan: JSON.parse(unpacked('plan.json.gz')) as Fixture['plan'],
    addresses: JSON.parse(unpacked('addresses.json.gz')) as Fixture['addresses'],
    sql: unpacked('store.sql.gz'),
  };
}
