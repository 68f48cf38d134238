import type { SourceContent } from '../proof/hash-source.js';

/** Metadata that rclone gives each object that it writes. */
export const addedMetadata: ReadonlySet<string> = new Set(['mtime']);

/**
 * The parts of an object that rclone would lose, as a clause; `undefined` for an object that has only its content and
 * its type.
 */
export function lostByRclone({ properties, tagCount }: SourceContent): string | undefined {
  const { content, metadata, left } = properties;
  const headers = Object.keys(content).filter((name) => name !== 'content-type');
  const lost = [
    ...headers,
    ...(Object.keys(metadata).length > 0 ? ['user metadata'] : []),
    ...(tagCount === 0 || tagCount === 'hidden' ? [] : ['tags']),
    ...left,
  ];
  return lost.length === 0
    ? undefined
    : `rclone would lose ${lost.length === 1 ? '' : 'some of '}its ${lost.join(', ')}`;
}
