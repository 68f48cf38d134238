import type { SourceCatalog } from '../../migration/source-metadata/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';

/** A catalog of the source that knows the newest metadata file of the tables in it; by `database.table`. */
export class MemoryCatalog implements SourceCatalog {
  readonly newest = new Map<string, string>();
  /** The code of its answer where it does not know a table. */
  unknown = 'source-table-gone';

  metadataOf: SourceCatalog['metadataOf'] = ({ database, table }) => {
    const found = this.newest.get(`${database}.${table}`);
    const problem = diagnostic({ code: this.unknown, message: 'Glue does not tell it.', fix: 'Ask again.' });
    return Promise.resolve(found === undefined ? fail([problem]) : ok(found));
  };
}
