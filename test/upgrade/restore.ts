import { PGlite } from '@electric-sql/pglite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StateLocation } from '../../state/index.js';
import type { StateEngine } from '../support/state-engines.js';

/** A store of the schema and rows that `sql` has. */
export async function restore(engine: StateEngine, sql: string): Promise<StateLocation> {
  const location = await engine.empty();
  if (location.engine === 'embedded') {
    mkdirSync(dirname(location.folder), { recursive: true });
    const database = await PGlite.create(location.folder);
    await database.exec(sql);
    await database.close();
  } else {
    await engine.server?.query(location.database ?? '', sql);
  }
  return location;
}
