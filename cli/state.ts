import { ok } from '../core/result.js';
import {
  exportStore,
  importStore,
  migrateStore,
  placeOf,
  stateLocation,
  storeStatus,
  useStore,
} from '../state/index.js';
import type { TransferProgress } from '../state/index.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { registerGrant } from './state-grant.js';
import { describeStatus } from './state-status.js';

interface JsonOption {
  readonly json: boolean;
}

export const registerState: Register = (program, io, done) => {
  const state = program.command('state').description('look after the store: set up, inspect, share, move');
  state
    .command('migrate')
    .description('set the store up, or bring it to the schema of this version')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', '\nExample:\n  $ aws2openstack state migrate')
    .action(async ({ json }: JsonOption) => {
      done(await migrate(json, io));
    });
  state
    .command('status')
    .description('say where the store is, its version, what it holds and which roles it has')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', '\nExample:\n  $ aws2openstack state status')
    .action(async ({ json }: JsonOption) => {
      done(await status(json, io));
    });
  registerGrant(state, io, done);
  state
    .command('export <file>')
    .description('write the whole store, queue included, into one file')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack state export state.ndjson.gz\n\nOthers may go on working: the file is one consistent snapshot.',
    )
    .action(async (file: string, { json }: JsonOption) => {
      done(await moveStore('export', file, json, program.version() ?? '', io));
    });
  state
    .command('import <file>')
    .description('read an exported file into an empty store: all of it or nothing')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack state import state.ndjson.gz

From the embedded store to a server:
  $ aws2openstack state export state.ndjson.gz
  $ export DATABASE_URL=postgresql://owner@db.example/aws2openstack
  $ aws2openstack state migrate
  $ aws2openstack state import state.ndjson.gz`,
    )
    .action(async (file: string, { json }: JsonOption) => {
      done(await moveStore('import', file, json, program.version() ?? '', io));
    });
};

async function migrate(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const migrated = await migrateStore(location.value, 'aws2openstack state migrate');
  if (!migrated.ok) return failed(io, migrated.error);
  const { applied, before } = migrated.value;
  const place = placeOf(location.value);
  if (json) io.stdout.write(`${JSON.stringify({ place, applied, before })}\n`);
  else if (applied.length === 0) io.stdout.write(`${place}: up to date (${before.at(-1) ?? ''})\n`);
  else io.stdout.write(`${place}: applied ${applied.join(', ')}\n`);
  return 0;
}

async function status(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const found = await storeStatus(location.value, 'aws2openstack state status');
  if (!found.ok) return failed(io, found.error);
  io.stdout.write(json ? `${JSON.stringify(found.value, null, 2)}\n` : `${describeStatus(found.value)}\n`);
  return 0;
}

async function moveStore(
  direction: 'export' | 'import',
  file: string,
  json: boolean,
  toolVersion: string,
  io: CliIo,
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    interrupt.abort();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const options = { file, signal: interrupt.signal, onProgress: progressLines(io, direction) };
  const access = direction === 'export' ? 'read' : 'write';
  try {
    const moved = await useStore(io.env, { access, command: `state ${direction}` }, async (state) => {
      const rows =
        direction === 'export'
          ? await exportStore(state, { ...options, toolVersion, now: new Date() })
          : await importStore(state, options);
      return rows.ok ? ok({ place: placeOf(state.location), counts: rows.value }) : rows;
    });
    if (!moved.ok) return failed(io, moved.error);
    const { place, counts } = moved.value;
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (json) io.stdout.write(`${JSON.stringify({ place, file, rows: counts })}\n`);
    else if (direction === 'export') io.stdout.write(`${file}: ${rows} rows of ${place}\n`);
    else io.stdout.write(`${place}: ${rows} rows of ${file}\n`);
    return 0;
  } finally {
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
  }
}

/** Lines for logs: seldom, so that a long run does not fill them. */
const lineIntervalMs = 5_000;

function progressLines({ stderr }: CliIo, direction: string): (progress: TransferProgress) => void {
  let last = performance.now();
  return ({ table, rows }) => {
    if (performance.now() - last < lineIntervalMs) return;
    last = performance.now();
    stderr.write(`${direction}: ${rows} rows, at ${table}\n`);
  };
}
