import type { S3Target } from '../../../clients/s3/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import type { SwiftTarget } from '../../../clients/swift/index.js';
import { swiftTransfer } from '../../../clients/swift/index.js';
import type { CopyOptions } from '../copy-engine.js';
import { s3StreamTarget } from './s3-target.js';
import type { S3TargetOptions } from './s3-target.js';
import { swiftStreamTarget } from './swift-target.js';
import type { SwiftTargetOptions } from './swift-target.js';
import type { StreamTarget } from './target.js';
import { timed } from './timed.js';

export type TargetOptions =
  | ({ readonly type: 's3'; readonly store: S3Target } & S3TargetOptions)
  | ({ readonly type: 'swift'; readonly store: SwiftTarget } & SwiftTargetOptions);

export interface OpenedTarget {
  /** The target, whose requests tell what they spend. */
  timed(onSpent: CopyOptions['onSpent']): StreamTarget;
  /** Ends its connections. */
  close(): Promise<void>;
}

export function openTarget(options: TargetOptions, connections: number): OpenedTarget {
  if (options.type === 's3') {
    const transfer = s3Transfer(options.store, { connections });
    return {
      timed: (onSpent) => s3StreamTarget(timed(transfer, 'target', onSpent), options),
      close: () => transfer.close(),
    };
  }
  const transfer = swiftTransfer(options.store, { connections });
  return {
    timed: (onSpent) => swiftStreamTarget(timed(transfer, 'target', onSpent), options),
    close: () => transfer.close(),
  };
}
