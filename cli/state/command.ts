import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { storeEnvironment } from '../store-environment.js';
import { registerGrant } from './grant-command.js';

interface JsonOption {
  readonly json: boolean;
}

export const registerState: Register = (program, io, done) => {
  const state = program.command('state').description('manage the store: set up, inspect, grant access, move');
  state
    .command('migrate')
    .description('set up the store, or upgrade its schema to this version')
    .option('--dry-run', 'show what would be done and what it means, and change nothing', false)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: ['An upgrade cannot be undone: older versions of aws2openstack refuse the store afterwards.'],
        reads: 'the schema of the store.',
        writes: 'the new schema, in one transaction: all of it or nothing. Nothing with --dry-run.',
        environment: storeEnvironment,
        examples: ['state migrate --dry-run', 'state migrate'],
      }),
    )
    .action(async ({ dryRun, json }: JsonOption & { readonly dryRun: boolean }) => {
      const { migrateState, previewMigration } = await import('./run.js');
      done(await (dryRun ? previewMigration(json, io) : migrateState(json, io)));
    });
  state
    .command('status')
    .description('show the location, version, contents and roles of the store')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Shows where the store is and what chose it, the version of its schema and the migrations that are still to be applied, the size, the rows of each table, the jobs of each queue, and the roles of state grant. Without a store yet, it says where one would be.',
        ],
        reads: 'the store.',
        writes: 'nothing.',
        environment: storeEnvironment,
        examples: ['state status', 'state status --json'],
      }),
    )
    .action(async ({ json }: JsonOption) => {
      const { showStatus } = await import('./run.js');
      done(await showStatus(json, io));
    });
  registerGrant(state, io, done);
  state
    .command('export <file>')
    .description('export the complete store, including the queue, to one file')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: ['Other processes can keep working: the file is a consistent snapshot.'],
        reads: 'the complete store and its queue.',
        writes: 'the file, readable only by you; it replaces one of that name.',
        environment: storeEnvironment,
        examples: ['state export state.ndjson.gz'],
      }),
    )
    .action(async (file: string, { json }: JsonOption) => {
      const { exportState } = await import('./transfer.js');
      done(await exportState(file, json, io));
    });
  state
    .command('import <file>')
    .description('import an exported file into an empty store, completely or not at all')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'To move the embedded store to a server: run state export, set DATABASE_URL, run state migrate, then state import.',
        ],
        reads: 'the file.',
        writes: 'every row of the file to the store, in one transaction: all or nothing.',
        environment: storeEnvironment,
        exitsOne: 'the file is damaged or of another version, or the store is not empty',
        examples: ['state import state.ndjson.gz'],
      }),
    )
    .action(async (file: string, { json }: JsonOption) => {
      const { importState } = await import('./transfer.js');
      done(await importState(file, json, io));
    });
};
