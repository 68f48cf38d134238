import { rewriteAvroDeletes } from '../deletes/avro-deletes.js';
import { readOrcDeletes } from '../deletes/orc-deletes.js';
import { readParquetDeletes, writeParquetDeletes } from '../deletes/parquet-deletes.js';
import type { PositionDeletes } from '../deletes/position-deletes.js';
import { sorted } from '../deletes/position-deletes.js';
import { rewritePuffin } from '../deletes/puffin.js';
import { MalformedFile } from '../malformed-file.js';
import type { ManifestEntry } from '../manifests/manifest.js';
import type { Made, Outcome, RewriteSession } from './session.js';

/** The paths inside of a position delete file or of a file with deletion vectors become those of the target. */
export function rewriteDeleteFile(
  session: RewriteSession,
  { path, format, size }: ManifestEntry,
  { manifest, isLive }: { readonly manifest: string; readonly isLive: boolean },
): Promise<Outcome> {
  const file = { uri: path, kind: 'delete-file', bytes: size, namedBy: manifest, isLive } as const;
  return session.rewrite(file, async (content) => {
    const paths = new MappedPaths(session, path, isLive);
    const made = await rewritten(content, format, paths);
    return paths.areComplete ? made : undefined;
  });
}

async function rewritten(content: Buffer, format: string, paths: MappedPaths): Promise<Made> {
  switch (format) {
    case 'PARQUET': {
      const deletes = await readParquetDeletes(content);
      return { format, content: writeParquetDeletes({ ...paths.ofDeletes(deletes), keyValues: deletes.keyValues }) };
    }
    case 'ORC': {
      // There is no writer of ORC, and the manifest says the format of each file.
      const keyValues = [{ key: 'delete-type', value: 'position' }];
      const deletes = paths.ofDeletes(readOrcDeletes(content));
      return { format: 'PARQUET', content: writeParquetDeletes({ ...deletes, keyValues }) };
    }
    case 'AVRO':
      return { format, content: rewriteAvroDeletes(content, paths.map) };
    case 'PUFFIN':
      return { format, content: rewritePuffin(content, paths.map) };
    default:
      throw new MalformedFile(`is called a position delete file in the unknown format '${format}'`);
  }
}

/** Each path of a file is mapped, and reported, once. */
class MappedPaths {
  areComplete = true;
  private readonly known = new Map<string, string>();

  constructor(
    private readonly session: RewriteSession,
    private readonly file: string,
    private readonly isLive: boolean,
  ) {}

  /** A path that no rule knows stays, and the file is not written. */
  readonly map = (path: string): string => {
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const mapped = this.session.mapPath(path, this.file, this.isLive);
    if (mapped === undefined) this.areComplete = false;
    this.known.set(path, mapped ?? path);
    return mapped ?? path;
  };

  ofDeletes({ paths, positions }: PositionDeletes): PositionDeletes {
    return sorted({ paths: paths.map(this.map), positions });
  }
}
