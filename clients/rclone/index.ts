export { startRclone } from './process.js';
export type { Rclone } from './process.js';
export { findRclone } from './program.js';
export { s3Remote, uploadCutoffBytes } from './remote.js';
export type { RcloneRemote, S3RemoteOptions } from './remote.js';
export type { RcloneFailure } from './remote-control.js';
