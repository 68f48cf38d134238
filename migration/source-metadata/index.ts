export { metadataChange } from './metadata-change.js';
export { newestMetadata } from './newest-metadata.js';
export type { SourceCatalog } from './newest-metadata.js';
export { pinnedMetadata, pinPart, pinPhase } from './pinned-metadata.js';
export type { PinnedMetadata } from './pinned-metadata.js';
