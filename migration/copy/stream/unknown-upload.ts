import type { TransferFailure } from '../../../clients/transfer/index.js';

/** Whether the target has no such upload, or no longer: Ceph has two names for it. */
export function isUnknownUpload({ code }: TransferFailure): boolean {
  return code === 'NoSuchUpload' || code === 'NoSuchKey';
}
