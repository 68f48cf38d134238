import { expect, test } from '@jest/globals';
import { pinMetadata } from '../../../migration/run/pin-metadata.js';
import { pinPart } from '../../../migration/source-metadata/index.js';
import type { JobContext } from '../../../state/index.js';
import type { PartProgress } from '../../../state/repositories/job-progress.js';
import { MemoryCatalog } from '../../support/memory-catalog.js';
import { database, manifestOf, table } from '../register/registration.js';

const file = (name: number): string => `s3://raw/sales/lake/metadata/${name}.metadata.json`;
const manifest = manifestOf(
  [
    table('sales.lake', {
      catalog: 'iceberg',
      method: 'register',
      source: { format: 'ICEBERG', iceberg: { metadataLocation: file(1) } },
    }),
  ],
  [database('lake', { catalog: 'iceberg', schema: 'sales' })],
);
const entries = [...manifest.catalogs.values()].flat();

/** A job, from its first attempt on. */
class Job {
  readonly catalog = new MemoryCatalog();
  readonly logged: string[] = [];
  readonly parts = new Map<string, PartProgress>();

  newest(name: number): this {
    this.catalog.newest.set('sales.lake', file(name));
    return this;
  }

  attempt() {
    return pinMetadata(entries, this.catalog, {
      parts: this.parts,
      checkpoint: (done) => {
        this.parts.set(done.part, done as unknown as PartProgress);
        return Promise.resolve();
      },
      signal: new AbortController().signal,
      log: (message) => this.logged.push(message),
    } satisfies Pick<JobContext, 'parts' | 'checkpoint' | 'signal' | 'log'>);
  }

  async attempted() {
    const attempt = await this.attempt();
    if (!attempt.ok) throw new Error(attempt.error.reason);
    return attempt.value;
  }

  /** What the table is registered from. */
  async statement(): Promise<string> {
    return (await this.attempted()).at(-1)?.statements.join() ?? '';
  }
}

test('the newest metadata at the time of the copy is registered, and every attempt keeps to it', async () => {
  const job = new Job().newest(2);
  expect(await job.statement()).toContain("metadata_file_name => '2.metadata.json'");
  expect(job.logged).toEqual([`its newest metadata is ${file(2)}`]);
  job.newest(3);
  expect(await job.statement()).toContain("'2.metadata.json'");
  expect((await job.attempted()).at(-1)).toMatchObject({ source: { metadataLocation: file(2) } });
});

test('what has not gone on stays as it is', async () => {
  expect(await new Job().newest(1).attempted()).toEqual(entries);
});

test('where the catalog does not tell it, the metadata stays the one that was assessed, with the reason', async () => {
  const job = new Job();
  expect(await job.attempted()).toEqual(entries);
  expect(job.logged).toEqual([expect.stringMatching(/stays the one that was assessed: Glue does not tell it/)]);
  expect(job.parts.get(pinPart)).toMatchObject({ checkpoint: { metadata: file(1) } });
  const elsewhere = new Job();
  elsewhere.catalog.newest.set('sales.lake', 's3://raw/other/metadata/2.metadata.json');
  expect(await elsewhere.attempted()).toEqual(entries);
  expect(elsewhere.logged).toEqual([expect.stringContaining('is not in the folder of')]);
});

test('a catalog that may answer later is asked again', async () => {
  const job = new Job();
  job.catalog.unknown = 'source-catalog-unavailable';
  expect(await job.attempt()).toMatchObject({ ok: false, error: { kind: 'retry' } });
  expect(job.parts.size).toBe(0);
});

test('a job that has listed its objects without having asked keeps to what was assessed', async () => {
  const job = new Job().newest(2);
  job.parts.set('objects', { phase: 'copy' } as PartProgress);
  expect(await job.attempted()).toEqual(entries);
});
