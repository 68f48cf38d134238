import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { answerLimitMs } from '../../clients/answer-limit.js';
import { inTime, s3Diagnostic } from '../../clients/s3/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { TableEngine } from '../../registration/index.js';
import { checkTags } from './check-tags.js';
import type { RunConnections } from './connections.js';
import type { RunPorts } from './table-job.js';

/**
 * Checks, before a byte moves, for problems that would stop every table of a run: each bucket of the source can be
 * listed and read, each bucket of the target takes, gives back and removes an object, the engines can work, Trino
 * answers and has the catalogs. Warnings tell what the run would leave behind.
 */
export async function checkRun(
  { stores, trino, lister, engines }: Pick<RunPorts, 'stores' | 'trino' | 'lister' | 'engines'>,
  { buckets }: RunConnections,
  used: { readonly catalogs: readonly string[]; readonly engines: readonly TableEngine[] },
): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const name of used.engines) problems.push(...((await engines.get(name)?.check?.()) ?? []));
  const signal = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  for (const bucket of Object.keys(buckets)) {
    const page = await lister.page({ bucket, prefix: '', pin: 'etag', after: '', next: null, maxKeys: 1 }, signal);
    if (!page.ok) {
      problems.push(...page.error);
      if (performance.now() - startedAt > patienceMs) break;
      continue;
    }
    const [first] = page.value.objects;
    if (first === undefined || first.storageClass.startsWith('GLACIER') || first.storageClass === 'DEEP_ARCHIVE')
      continue;
    const get = new GetObjectCommand({ Bucket: bucket, Key: first.key, ...(first.size > 0 && { Range: 'bytes=0-0' }) });
    const { client, target: store } = stores.source;
    await client
      .send(get, { abortSignal: signal })
      .then(({ Body }) =>
        Body === undefined ? undefined : inTime(Body.transformToByteArray(), answerLimitMs, `GetObject ${first.key}`),
      )
      .catch((error: unknown) => problems.push({ ...s3Diagnostic(error, store), path: `s3://${bucket}/${first.key}` }));
    problems.push(...(await checkTags([bucket], { client, lister }, signal)));
  }
  for (const bucket of new Set(Object.values(buckets))) {
    const { client, target: store } = stores.target;
    const place = { Bucket: bucket, Key: `.aws2openstack-check-${randomUUID()}` };
    const refused = (what: string, error: unknown): void => {
      const { message, ...rest } = s3Diagnostic(error, store);
      problems.push({ ...rest, path: `s3://${bucket}`, message: `${what}: ${message}` });
    };
    try {
      await client.send(new PutObjectCommand({ ...place, Body: 'check' }), { abortSignal: signal });
    } catch (error) {
      refused('An object cannot be written', error);
      if (performance.now() - startedAt > patienceMs) break;
      continue;
    }
    await client
      .send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), { abortSignal: signal })
      .catch((error: unknown) => {
        refused('The bucket cannot be listed', error);
      });
    await client.send(new DeleteObjectCommand(place), { abortSignal: signal }).catch((error: unknown) => {
      refused(`The object ${place.Key} of this check cannot be removed, and stays`, error);
    });
  }
  return [...problems, ...(await checkTrino(trino, used.catalogs, signal))];
}

/** Reading and writing the same object. */
export function sameBuckets({
  buckets,
  source,
  target,
}: Pick<RunConnections, 'buckets' | 'source' | 'target'>): readonly Diagnostic[] {
  if (source.endpoint === null || new URL(source.endpoint).host !== new URL(target.endpoint).host) return [];
  return Object.entries(buckets)
    .filter(([from, to]) => from === to)
    .map(([bucket]) =>
      diagnostic({
        code: 'source-is-target',
        path: `s3://${bucket}`,
        message: `The bucket would be both source and target: both are at ${target.endpoint}, and the mapping keeps its name.`,
        fix: 'Give the bucket another name (`to.bucket` of the rule that maps it), or correct --source-endpoint-url.',
      }),
    );
}

const timeoutMs = 120_000;
/** A store that keeps somebody waiting so long about one bucket is not asked about the others. */
const patienceMs = 50_000;

async function checkTrino(
  trino: RunPorts['trino'],
  catalogs: readonly string[],
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const answer = await trino.query('SHOW CATALOGS', { signal });
  if (!answer.ok) return answer.error;
  const known = new Set(answer.value.rows.map(([name]) => name));
  return catalogs
    .filter((name) => !known.has(name))
    .map((name) =>
      diagnostic({
        code: 'catalog-missing',
        path: name,
        message: `Trino does not show the catalog '${name}' to this user.`,
        fix: 'Apply the stack lakehouse, which creates it, and sign in as a user who may use it, such as `--trino-user migration`.',
      }),
    );
}
