import type { CloudClient } from '../../../clients/openstack/index.js';
import type { Payload } from '../../payload/index.js';
import type { DiskSource } from '../../sources/disk-source.js';
import type { LongWork } from '../../sources/long-work.js';
import type { ImageFormat, QemuImg } from '../../sources/qemu-img.js';
import type { CopiedDisk } from './memory.js';

/** A project of a cloud that machines move to, and how they get there. */
export interface OpenStackTarget {
  /** As the payload's `target` of machines of it. @default openstack */
  readonly name?: string;
  readonly cloud: CloudClient;
  /** Where the disks of a machine come from; undefined for a source that this target does not take. */
  readonly sourceOf: (payload: Payload) => DiskSource | undefined;
  readonly qemuImg: QemuImg;
  /** For copies that are under way; workers that share machines share it. */
  readonly workFolder: string;
  readonly work: LongWork<DiskResult>;
  /** @default qcow2 */
  readonly imageFormat?: ImageFormat;
  /** @default import where the cloud offers it */
  readonly imageMethod?: 'upload' | 'import';
  /** @default 1800 */
  readonly importSeconds?: number;
  /** Between two looks at what the cloud does. @default 1000 */
  readonly pollMs?: number;
  /** For what the cloud removes, within one step. @default 120 */
  readonly removalSeconds?: number;
}

/** `CopiedDisk` as JSON. */
export type DiskResult = Readonly<Record<keyof CopiedDisk, string | number | null>>;
