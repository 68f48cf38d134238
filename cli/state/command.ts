import type { Register } from '../program.js';
import { registerGrant } from './grant-command.js';

interface JsonOption {
  readonly json: boolean;
}

export const registerState: Register = (program, io, done) => {
  const state = program.command('state').description('manage the store: set up, inspect, grant access, move');
  state
    .command('migrate')
    .description('set up the store, or upgrade its schema to this version')
    .option('--dry-run', 'say what would be done and what it means, and change nothing', false)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
An upgrade cannot be undone: older versions of aws2openstack refuse the store afterwards.

Example:
  $ aws2openstack state migrate --dry-run
  $ aws2openstack state migrate`,
    )
    .action(async ({ dryRun, json }: JsonOption & { readonly dryRun: boolean }) => {
      const { migrateState, previewMigration } = await import('./run.js');
      done(await (dryRun ? previewMigration(json, io) : migrateState(json, io)));
    });
  state
    .command('status')
    .description('show the location, version, contents and roles of the store')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', '\nExample:\n  $ aws2openstack state status')
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
      '\nExample:\n  $ aws2openstack state export state.ndjson.gz\n\nOther processes can keep working: the file is a consistent snapshot.',
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
      const { importState } = await import('./transfer.js');
      done(await importState(file, json, io));
    });
};
