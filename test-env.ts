import { App } from 'cdktf';
import { diagnostic, formatDiagnostic } from './core/diagnostic.js';
import { layOutTestEnvironment } from './stacks/lay-out-test-environment.js';

/**
 * The CDKTF app of the test environment: `cdktf synth --app 'npx tsx test-env.ts'`; `make test-env-up` runs it.
 * Inputs: A2O_STATE_BUCKET (required, because bucket names are unique across all accounts), A2O_LOCK_TABLE, AWS_REGION, and
 * A2O_USE_LOCKFILE=true for a lock file in addition to the lock table.
 */
const { env } = process;
const bucket = env['A2O_STATE_BUCKET'] ?? '';
if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
  console.error(
    formatDiagnostic(
      diagnostic({
        code: 'state-bucket',
        path: 'A2O_STATE_BUCKET',
        message: `'${bucket}' is not an S3 bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens.`,
        fix: 'Set A2O_STATE_BUCKET, for example to aws2openstack-terraform-state-<account id>, or run `make test-env-up`.',
      }),
    ),
  );
  process.exitCode = 1;
} else {
  const app = new App();
  layOutTestEnvironment(app, {
    bucket,
    lockTable: env['A2O_LOCK_TABLE'] ?? 'aws2openstack-terraform-locks',
    region: env['AWS_REGION'] ?? 'eu-central-1',
    useLockfile: env['A2O_USE_LOCKFILE'] === 'true',
  });
  app.synth();
}
