import { describe, expect, test } from '@jest/globals';
import { compareSource } from '../../../migration/cutover/source-changes.js';
import { encodeObjects, encodeOutcomes } from '../../../migration/work-order/index.js';
import type { ObjectOutcome } from '../../../migration/work-order/index.js';
import { pinPart, pinPhase } from '../../../migration/source-metadata/index.js';
import { enqueueJobs, insertChunks, openQueue, saveChunks, storePartCheckpoint } from '../../../state/index.js';
import { advanceJob } from '../../../state/repositories/migration-jobs.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import { allKeys } from '../../../clients/s3/listing/index.js';
import { embeddedState } from '../../support/embedded-state.js';
import { jobOf, plannedJobs } from '../../support/jobs.js';
import { MemoryCatalog } from '../../support/memory-catalog.js';
import { MemoryBuckets, objectRef } from '../../support/memory-bucket.js';
import { problemOf, valueOf } from '../../support/pages.js';
import { database, manifestOf, table } from '../register/registration.js';

const state = embeddedState();

interface Copied {
  readonly object: ObjectRef;
  readonly outcome?: ObjectOutcome;
}

/** A job that has copied these objects of `acme-raw`. */
async function copied(objects: readonly Copied[], entries: readonly object[] = []): Promise<string> {
  const [id = ''] = await plannedJobs(state(), 1);
  const boss = await openQueue(state(), { queues: ['copy'], supervise: false, onProblem: () => undefined });
  const region = { owner: 'table:db.t', bucket: 'acme-raw', targetBucket: 'acme', ranges: [allKeys] };
  await enqueueJobs(state(), boss, 'copy', [
    { jobId: id, payload: { copy: { regions: [region], waitsFor: [] }, entries, needs: [] } },
  ]);
  await boss.stop({ graceful: false });
  const job = valueOf(await advanceJob(state(), await jobOf(state(), id), { to: 'RUNNING' }));
  const refs = objects.map(({ object }) => object);
  valueOf(
    await insertChunks(state(), job, [
      { number: 0, owner: 'table:db.t', objects: refs.length, bytes: 0, keys: encodeObjects(refs) },
    ]),
  );
  const outcomes = encodeOutcomes(objects.map(({ outcome }) => outcome ?? { state: 'copied', sha256: '0'.repeat(64) }));
  const none = { copied: refs.length, verified: 0, failed: 0, gone: 0, refused: 0, bytes_copied: 0 };
  valueOf(await saveChunks(state(), job, [{ number: 0, state: 'DONE', outcomes, ...none }]));
  return id;
}

async function changes(jobId: string, lister: MemoryBuckets, catalog = new MemoryCatalog()) {
  return valueOf(
    await compareSource(state(), { lister, catalog }, [{ name: 'db.t', jobId }], new AbortController().signal),
  );
}

const [one, two, three] = [objectRef('t/1'), objectRef('t/2'), objectRef('t/3')];

test('a source as it was copied has not changed', async () => {
  const jobId = await copied([{ object: one }, { object: two }, { object: three }]);
  expect(await changes(jobId, new MemoryBuckets([one, two, three]))).toMatchObject({
    tables: 1,
    objects: 3,
    differing: [],
  });
});

test('what was added, overwritten and deleted is named', async () => {
  const jobId = await copied([{ object: one }, { object: two }, { object: three }]);
  const source = new MemoryBuckets([one, { ...two, etag: 'f'.repeat(32) }, objectRef('t/4')]);
  const { differing, sha256 } = await changes(jobId, source);
  expect(differing).toEqual([
    {
      table: 'db.t',
      added: 1,
      changed: 1,
      gone: 1,
      examples: ['changed s3://acme-raw/t/2', 'gone s3://acme-raw/t/3', 'added s3://acme-raw/t/4'],
    },
  ]);
  expect((await changes(jobId, source)).sha256).toBe(sha256);
  source.put({ ...objectRef('t/4'), size: 11 });
  expect((await changes(jobId, source)).sha256).not.toBe(sha256);
});

test.each([
  ['size', { size: 11 }],
  ['ETag', { etag: 'e'.repeat(32) }],
  ['version', { versionId: '2' }],
])('the same key with another %s has changed; another time alone is nothing', async (_name, other) => {
  const object = { ...one, versionId: '1' };
  const jobId = await copied([{ object }]);
  expect((await changes(jobId, new MemoryBuckets([{ ...object, ...other }]))).differing).toMatchObject([
    { changed: 1 },
  ]);
  const later = { ...object, lastModified: '2027-01-01T00:00:00.000Z' };
  expect((await changes(jobId, new MemoryBuckets([later]))).differing).toEqual([]);
});

test('a source whose versioning was turned on since, and nothing else, has not changed', async () => {
  const jobId = await copied([{ object: one }, { object: two }]);
  const versioned = new MemoryBuckets([one, two].map((object) => ({ ...object, versionId: 'null' })));
  expect((await changes(jobId, versioned)).differing).toEqual([]);
});

test('what was gone while it was copied is not missed, and what was copied instead counts', async () => {
  const found = { ...two, etag: 'd'.repeat(32) };
  const jobId = await copied([
    { object: one, outcome: { state: 'gone' } },
    { object: two, outcome: { state: 'copied', sha256: '0'.repeat(64), found } },
  ]);
  expect((await changes(jobId, new MemoryBuckets([found]))).differing).toEqual([]);
  expect((await changes(jobId, new MemoryBuckets([one, two]))).differing).toMatchObject([
    { added: 1, changed: 1, gone: 0 },
  ]);
});

test('a listing that fails is a failure, not a change', async () => {
  const jobId = await copied([{ object: one }]);
  const source = new MemoryBuckets([]);
  source.failure = () => ({ code: 'source-failed', severity: 'error', path: '', message: 'down', fix: 'wait' });
  const both = { lister: source, catalog: new MemoryCatalog() };
  const compared = await compareSource(state(), both, [{ name: 'db.t', jobId }], new AbortController().signal);
  expect(problemOf(compared)).toMatchObject({ code: 'source-failed' });
});

describe('of an Iceberg table, the metadata that was moved is compared with the newest,', () => {
  const file = (name: number): string => `s3://raw/t/metadata/${name}.metadata.json`;
  const [, entry] = [
    ...manifestOf(
      [
        table('db.t', {
          catalog: 'iceberg',
          method: 'register',
          source: { format: 'ICEBERG', location: 's3://raw/t', iceberg: { metadataLocation: file(1) } },
          location: 's3://raw-target/t',
        }),
      ],
      [database('db', { catalog: 'iceberg', schema: 'db' })],
    ).catalogs.values(),
  ].flat();
  const moved = () => copied([{ object: one }], entry === undefined ? [] : [entry]);
  const source = new MemoryBuckets([one]);
  const catalog = new MemoryCatalog();
  const at = async (jobId: string, name: number) => {
    catalog.newest.set('db.t', file(name));
    return await changes(jobId, source, catalog);
  };

  test('though no object has changed: a newer one is a change of its own', async () => {
    const jobId = await moved();
    expect((await at(jobId, 1)).differing).toEqual([]);
    const [second, third] = [await at(jobId, 2), await at(jobId, 3)];
    expect(second.differing).toMatchObject([
      { table: 'db.t', added: 0, metadata: `The newest metadata is ${file(2)}; ${file(1)} was moved.` },
    ]);
    expect(third.sha256).not.toBe(second.sha256);
    await storePartCheckpoint(state(), jobId, {
      part: pinPart,
      phase: pinPhase,
      checkpoint: { metadata: file(3), reason: null },
    });
    expect((await at(jobId, 3)).differing).toEqual([]);
  });

  test('and what nobody knows is a change, until the catalog answers', async () => {
    const jobId = await moved();
    expect((await changes(jobId, source)).differing).toMatchObject([
      { metadata: expect.stringMatching(/^It is not known whether .*1\.metadata\.json.*does not tell it/) },
    ]);
    const busy = new MemoryCatalog();
    busy.unknown = 'source-catalog-unavailable';
    const both = { lister: source, catalog: busy };
    const compared = await compareSource(state(), both, [{ name: 'db.t', jobId }], new AbortController().signal);
    expect(problemOf(compared)).toMatchObject({ code: 'source-catalog-unavailable' });
  });
});
