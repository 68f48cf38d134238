import type { JSONPath } from 'jsonc-parser';

/** Properties by which a writer chooses where files go. Source: Apache Iceberg documentation, 'Configuration'. */
const writePaths = new Set([
  'write.data.path',
  'write.metadata.path',
  'write.folder-storage.path',
  'write.object-storage.path',
]);

const logPath = '/metadata-log/*/metadata-file';

const places = new Set([
  '/location',
  '/snapshots/*/manifest-list',
  '/snapshots/*/manifests/*',
  '/statistics/*/statistics-path',
  '/partition-statistics/*/statistics-path',
  logPath,
]);

/**
 * `path`: readers or writers follow it. `log`: of an earlier metadata file, which nobody needs. `property`: of the user,
 * who may have put a path there. `text`: not a path.
 */
export type PlaceKind = 'path' | 'log' | 'property' | 'text';

export function placeKind(path: JSONPath): PlaceKind {
  const [first, second] = path;
  if (first === 'properties' && path.length === 2) return writePaths.has(String(second)) ? 'path' : 'property';
  const pattern = path.map((part) => `/${typeof part === 'number' ? '*' : part}`).join('');
  if (pattern === logPath) return 'log';
  return places.has(pattern) ? 'path' : 'text';
}
