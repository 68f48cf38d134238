import type { Result } from '../../../core/result.js';
import type { ObjectRef } from './object-ref.js';

/** Objects as a listing or an inventory has them. A failure is the last that is yielded: the listing is incomplete then. */
export type ObjectPages = AsyncIterable<Result<readonly ObjectRef[]>>;

/** How an object is pinned to the content that the listing saw: by its version id, or by its ETag alone. */
export type Pin = 'version' | 'etag';
