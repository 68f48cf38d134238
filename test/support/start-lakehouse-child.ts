// Fills the lakehouse that tests share, in the folder that is named, unless this run of the tests has filled it. It is a
// process of its own because what it starts outlives it. One at a time: the caller holds a lock.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { claimFolder } from '../../environments/lakehouse/folder.js';
import { Lakehouse } from '../../environments/lakehouse/lakehouse.js';
import { fillWithDemo } from '../../environments/lakehouse/sample.js';
import { lakehouseOptions, noteOf } from './shared-lakehouse.js';
import type { Started } from './shared-lakehouse.js';

const [, , folder = ''] = process.argv;
const run = process.env['A2O_TEST_RUN'];
if (run === undefined || run !== lastRun()) await fill();

async function fill(): Promise<void> {
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
    console.error(text);
  };
  claimFolder(folder);
  const lakehouse = await Lakehouse.open(folder, lakehouseOptions);
  const terraform = await fillWithDemo(lakehouse, { folder, base: 'default', say });
  writeFileSync(noteOf(folder), JSON.stringify({ run, terraform, said } satisfies Started));
}

function lastRun(): string | undefined {
  if (!existsSync(noteOf(folder))) return undefined;
  return (JSON.parse(readFileSync(noteOf(folder), 'utf8')) as Started).run;
}
