import type { Register } from '../program.js';
import { registerGrant } from './grant-command.js';

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
      const { migrateState } = await import('./run.js');
      done(await migrateState(json, io));
    });
  state
    .command('status')
    .description('say where the store is, its version, what it holds and which roles it has')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', '\nExample:\n  $ aws2openstack state status')
    .action(async ({ json }: JsonOption) => {
      const { showStatus } = await import('./run.js');
      done(await showStatus(json, io));
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
      const { exportState } = await import('./transfer.js');
      done(await exportState(file, json, io));
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
      const { importState } = await import('./transfer.js');
      done(await importState(file, json, io));
    });
};
