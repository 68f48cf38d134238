export { s3ClientSettings, s3Credentials } from './object-store-client.js';
export type { ObjectStoreClient } from './object-store-client.js';
export { RgwBucket } from './rgw-bucket.js';
export { SwiftContainer } from './swift-container.js';
export { UploadedFile } from './uploaded-file.js';
