import { createHash } from 'node:crypto';

/** The label of all that belongs to a migration: metadata, a property, or a description, which lists of clouds show. */
export const migrationKey = 'a2o_migration';

export function labelOf(migrationId: string): string {
  return `${migrationKey}=${migrationId}`;
}

/** By which a later attempt finds what an earlier one made, such as `a2o-m-17-test-disk-0`. */
export function nameOf(migrationId: string, part: string): string {
  return `a2o-${migrationId}-${part}`;
}

/** A UUID that follows from the text, for services that let their callers choose ids. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'[parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
