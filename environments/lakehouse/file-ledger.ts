import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { EntryLedger } from '../../migration/register/index.js';

type EntryRecord = Parameters<EntryLedger['save']>[1];

/** Records of entries in a file, one a line; the last of an entry counts. For one registrar at a time. */
export function fileLedger(path: string): EntryLedger {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  const records = new Map(lines.map((line) => JSON.parse(line) as [key: string, record: EntryRecord]));
  return {
    get: (key) => Promise.resolve(records.get(key)),
    save: (key, record) => {
      appendFileSync(path, `${JSON.stringify([key, record])}\n`);
      records.set(key, structuredClone(record));
      return Promise.resolve();
    },
  };
}
