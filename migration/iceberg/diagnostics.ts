import { diagnostic, printable } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { MalformedFile } from './malformed-file.js';

/** The place of a problem: table, file and path. `table` is the asset's key, such as `table:sales.orders`. */
interface Place {
  readonly table: string;
  readonly file: string;
}

export function outsideMap({ table, file }: Place, path: string): Diagnostic {
  return diagnostic({
    code: 'iceberg-path-outside-map',
    path: table,
    message: `The file ${file} names '${printable(path)}', which is not in any mapped bucket.`,
    fix: 'Map its bucket in the mapping template, and copy its files; or rewrite the table at the source without this path.',
  });
}

export function missingFile({ table, file }: Place, namedBy: string): Diagnostic {
  return diagnostic({
    code: 'iceberg-file-missing',
    path: table,
    message: `The file ${file}, named in ${namedBy}, does not exist.`,
    fix: 'Check that the copy is complete (`aws2openstack migrate status`); if the source lacks it too, the table must be repaired there.',
  });
}

export function malformedFile({ table, file }: Place, { message }: MalformedFile): Diagnostic {
  return diagnostic({
    code: 'iceberg-file-malformed',
    path: table,
    message: `The file ${file} ${message}.`,
    fix: 'Compare it with the source and copy it again; if the source is the same, rewrite the table there.',
  });
}

export function unreadableFeature(table: string, reason: string): Diagnostic {
  return diagnostic({
    code: 'iceberg-feature-unreadable',
    path: table,
    message: `The table cannot be read at the target: ${reason}.`,
    fix: 'Rewrite the table at the source without it (format version 2, compacted), or copy it into a new table with a query engine that can read it.',
  });
}

export function differingSize({ table, file }: Place, found: number, expected: number, namedBy: string): Diagnostic {
  return diagnostic({
    code: 'iceberg-size-differs',
    path: table,
    message: `The file ${file} has ${found} bytes; ${namedBy} says ${expected}.`,
    fix: 'Copy the file again.',
  });
}
