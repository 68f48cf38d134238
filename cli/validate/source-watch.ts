import { bucketLister } from '../../clients/s3/listing/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../clients/s3/transfer/index.js';
import { ok } from '../../core/result.js';
import { readObjects } from '../../migration/resync/index.js';
import type { RunConnections } from '../../migration/run/index.js';
import { nameOf, sourceDifference } from '../../migration/work-order/index.js';
import { findJob, findRun } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { SourceWatch } from '../../validation/run/index.js';
import { sourceOf } from '../migrate/connections.js';

const listingConnections = 16;
const namedObjects = 3;

/** Compares the files of sources with those that were copied, as the store's runs reach them. */
export function sourceWatch(state: State): { readonly watch: SourceWatch; readonly close: () => Promise<void> } {
  const opened = new Map<string, S3Transfer>();
  const open = (source: RunConnections['source']): S3Transfer => {
    const name = JSON.stringify(source);
    const transfer = opened.get(name) ?? s3Transfer(sourceOf(source), { connections: listingConnections });
    opened.set(name, transfer);
    return transfer;
  };
  return {
    watch: async (migrationJobId, signal) => {
      const [job, read] = [await findJob(state, migrationJobId), await readObjects(state, migrationJobId)];
      const run = job === undefined ? undefined : await findRun(state, job.assessment_id);
      if (run === undefined || read.length === 0) return ok(null);
      const { source } = run.connections as RunConnections;
      const found = await sourceDifference(state, read, bucketLister(open(source)), signal);
      if (!found.ok) return found;
      const { objects, bytes, added, changed, removed } = found.value;
      return ok({
        objects,
        bytes,
        added: added.length,
        changed: changed.length,
        removed: removed.length,
        examples: [...changed, ...added, ...removed].slice(0, namedObjects).map(nameOf),
      });
    },
    close: async () => {
      await Promise.all([...opened.values()].map((transfer) => transfer.close()));
    },
  };
}
