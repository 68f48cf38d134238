/** How an object is pinned to the content that the listing saw: by its version id, or by its ETag alone. */
export type Pin = 'version' | 'etag';
