import { canonicalJson, sha256 } from '../core/canonical-json.js';
import type { Manifest } from './manifest.js';

/** The name of the file that lists the others. */
export const indexFile = 'manifest.json';

/** `manifest.json`. */
export interface ManifestIndex {
  readonly kind: 'RegistrationManifest';
  /** `major.minor`; a reader refuses any other. */
  readonly schemaVersion: '2.1';
  readonly catalogs: Readonly<Record<string, IndexedFile>>;
}

/** A catalog's file: one `ManifestEntry` per line, as JSON. */
export interface IndexedFile {
  /** In the same folder as the index. */
  readonly file: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Lines. */
  readonly entries: number;
}

/** The manifest as files: a file of entries for each catalog, and the index. Content by file name. Pure. */
export function renderManifest({ catalogs }: Manifest): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const index: [catalog: string, file: IndexedFile][] = [];
  for (const [catalog, entries] of catalogs) {
    const file = `${catalog}.ndjson`;
    const content = entries.map((entry) => `${canonicalJson(entry)}\n`).join('');
    files.set(file, content);
    index.push([catalog, { file, sha256: sha256(content), entries: entries.length }]);
  }
  const manifest: ManifestIndex = {
    kind: 'RegistrationManifest',
    schemaVersion: '2.1',
    catalogs: Object.fromEntries(index),
  };
  files.set(indexFile, `${canonicalJson(manifest)}\n`);
  return files;
}
