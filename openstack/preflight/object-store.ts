import { randomBytes } from 'node:crypto';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { MappedBucket, Plan } from '../../mappings/plan.js';
import type { Target } from '../../mappings/template.js';
import type { CloudSession } from '../session/index.js';
import { finding, some } from './finding.js';
import type { CloudNeeds } from './needs.js';

/** Whether the store answers at the endpoint that machines will use. Sends no secrets. */
export async function checkEndpoint(session: CloudSession, { objectStore }: Target): Promise<readonly Diagnostic[]> {
  const answer = await session.sendTo({ url: objectStore.endpoint });
  if (answer.ok) return [];
  return [
    finding(
      'target.objectStore.endpoint',
      'endpoint-unreachable',
      `The object store does not answer at ${objectStore.endpoint} (${answer.error}).`,
      'Correct `target.objectStore.endpoint`, or make it reachable: check network, VPN, proxy and certificate.',
    ),
  ];
}

/**
 * Whether the names of the lakehouse's buckets are free or the project's own. Swift's containers belong to a project;
 * RGW's buckets share one namespace, where a bucket that exists and is not the project's own belongs to another.
 */
export async function checkBuckets(
  session: CloudSession,
  { target, buckets }: Pick<Plan, 'target' | 'buckets'>,
  { containers }: CloudNeeds,
): Promise<readonly Diagnostic[]> {
  if (target.objectStore.type !== 'ceph-rgw') return [];
  if (!(await tellsStrangers(session, target))) {
    return [
      finding(
        'target.objectStore.endpoint',
        'not-checked',
        `The object store at ${target.objectStore.endpoint} gives the same answer for every bucket, so the owners of the buckets were not checked.`,
        'If the apply fails with BucketAlreadyExists, rename that bucket in the mapping.',
        'warning',
      ),
    ];
  }
  const taken: string[] = [];
  for (const container of containers) if (await belongsToAnother(session, target, container)) taken.push(container);
  const mapped = buckets.filter(({ targetBucket }) => taken.includes(targetBucket));
  const own = taken.filter((container) => !mapped.some(({ targetBucket }) => targetBucket === container));
  return [
    ...[...Map.groupBy(mapped, ({ rule }) => `${rule.file}:${rule.line}`).values()].map(takenByRule),
    ...own.map((container) => takenBySetting(container, target)),
  ];
}

/** Without a signature, RGW distinguishes a missing bucket (404) from one of another owner (403). */
function askAsStranger(session: CloudSession, { objectStore }: Target, bucket: string): Promise<number> {
  const url = `${objectStore.endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`;
  return session.sendTo({ method: 'HEAD', url }).then((answer) => (answer.ok ? answer.value.status : 0));
}

async function tellsStrangers(session: CloudSession, target: Target): Promise<boolean> {
  return (await askAsStranger(session, target, `a2o-${randomBytes(12).toString('hex')}`)) === 404;
}

async function belongsToAnother(session: CloudSession, target: Target, container: string): Promise<boolean> {
  const own = await session.send('object-store', `/${encodeURIComponent(container)}`, { method: 'HEAD' });
  if (own.ok && own.value.status < 300) return false;
  const status = await askAsStranger(session, target, container);
  return status === 403 || (status >= 200 && status < 300);
}

/** Buckets that one rule names. */
function takenByRule(buckets: readonly MappedBucket[]): Diagnostic {
  const [first] = buckets;
  if (first === undefined) throw new Error('a rule that maps nothing is in no group');
  const { name, file, line, column } = first.rule;
  const names = buckets.map(({ targetBucket }) => targetBucket);
  return diagnostic({
    code: 'bucket-taken',
    path: `rule '${name}'`,
    message: `In the object store, ${some(names)} already ${names.length === 1 ? 'belongs' : 'belong'} to another owner; the rule '${name}' maps to ${names.length === 1 ? 'it' : 'them'}.`,
    fix: 'Set `to.bucket` to another name in a rule for them (Iceberg metadata is then rewritten), or have the owner hand them over.',
    at: { file, line, ...(column === undefined ? {} : { column }) },
  });
}

/** Buckets of the lakehouse's own. */
function takenBySetting(container: string, target: Target): Diagnostic {
  const [catalog] =
    Object.entries(target.catalogs).find(([, one]) => one.type === 'iceberg-rest' && one.warehouse === container) ?? [];
  const setting = catalog === undefined ? 'target.name' : `target.catalogs.${catalog}.warehouse`;
  return finding(
    setting,
    'bucket-taken',
    `In the object store, ${container} already belongs to another owner.`,
    `Change \`${setting}\`, from which the name is derived.`,
  );
}
