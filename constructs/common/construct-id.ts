import { sha256 } from '../../core/canonical-json.js';

/**
 * A construct id that depends only on the key: adding or removing another key never changes it, because a changed id
 * replaces infrastructure. Keys that differ only in case or punctuation get different ids.
 */
export function constructId(key: string): string {
  const slug = key.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40);
  return `${slug}-${sha256(key).slice(0, 10)}`;
}
