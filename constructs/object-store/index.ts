export { s3ClientSettings, s3Credentials } from './object-store-access.js';
export type { ObjectStoreAccess } from './object-store-access.js';
export { RgwBucket } from './rgw-bucket.js';
export { SwiftContainer } from './swift-container.js';
export { UploadedFile } from './uploaded-file.js';
