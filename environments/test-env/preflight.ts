import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { statfs } from 'node:fs/promises';
import type { Diagnostic } from '../../core/diagnostic.js';
import { connect, disconnect } from './aws.js';
import { findDatabase, isLocal, isPortInUse, portInUse, unreachable } from './database.js';
import type { Database } from './database.js';
import { explain, textOf } from './explain.js';
import { problem } from './failure.js';
import type { Places } from './places.js';
import { run } from './processes.js';
import type { Settings } from './settings.js';

/** The result of a check: what was found, or what is wrong. */
export interface Finding {
  readonly name: string;
  readonly found: string | Diagnostic;
}

/** Checks everything that the environment needs, all at once, and changes nothing. */
export async function preflight(places: Places, settings: Settings): Promise<readonly Finding[]> {
  const database = await findDatabase(places, settings.database);
  const checks: Readonly<Record<string, () => Promise<string | Diagnostic>>> = {
    Terraform: () => checkTerraform(settings),
    'AWS CLI': () => checkAwsCli(settings),
    'database engine': () => Promise.resolve(checkDatabaseEngine(database)),
    'database port': () => checkDatabasePort(database, settings),
    credentials: () => checkCredentials(settings),
    disk: () => checkDisk(places, settings),
  };
  return Promise.all(Object.entries(checks).map(async ([name, check]) => ({ name, found: await check() })));
}

export function problemsOf(findings: readonly Finding[]): readonly Diagnostic[] {
  return findings.flatMap(({ found }) => (typeof found === 'string' || found.severity === 'warning' ? [] : [found]));
}

async function checkTerraform({ engine, useLockfile }: Settings): Promise<string | Diagnostic> {
  const { output } = await printed('terraform', ['version', '-json']);
  const version = /"terraform_version": "(\d+)\.(\d+)\.(\d+)/.exec(output)?.slice(1).map(Number);
  const fix = 'Install it from https://developer.hashicorp.com/terraform/install.';
  if (version === undefined) return problem('no-terraform', 'terraform', 'Terraform is missing.', fix);
  const [major = 0, minor = 0] = version;
  // The lock file came with 1.10; the environment's variable for an emulator's address with 1.6.
  const needed = useLockfile ? 10 : engine === 'local' ? 6 : 5;
  if (major > 1 || minor >= needed) return version.join('.');
  return problem('old-terraform', 'terraform', `Terraform ${version.join('.')} is older than 1.${needed}.`, fix);
}

/** The environment itself does not need it; people need it to look around and to log in. */
async function checkAwsCli({ engine }: Settings): Promise<string | Diagnostic> {
  const { code, output } = await printed('aws', ['--version']);
  if (code === 0) return output.trim().split(' ')[0] ?? '';
  const fix = 'Install it from https://aws.amazon.com/cli, or run `pip install awscli`.';
  const missing = problem('no-aws-cli', 'aws', 'The AWS CLI (aws) is missing.', fix);
  return engine === 'local' ? { ...missing, severity: 'warning' } : missing;
}

function checkDatabaseEngine(found: Database | undefined): string | Diagnostic {
  return (
    found?.name ??
    problem(
      'no-database-engine',
      'database',
      'No container engine is running, and PostgreSQL is not installed.',
      'Start Docker (`systemctl start docker`), or run `apt-get install postgresql`.',
    )
  );
}

async function checkDatabasePort(found: Database | undefined, { database }: Settings): Promise<string | Diagnostic> {
  const { host, port } = database;
  const answers = await isPortInUse(database);
  if (!isLocal(database)) return answers ? `${host}:${port} answers` : unreachable(database);
  const runs = await found?.isRunning();
  if (runs === true && answers) return `${port}, used by this environment`;
  if (runs === true) {
    const fix = 'Run `make test-env-down` first, or restore the former port in DATABASE_URL.';
    return problem('port-changed', 'database', `The database is running, but not on port ${port}.`, fix);
  }
  return answers ? portInUse({ POSTGRES_PORT: String(port) }) : `${port} is free`;
}

async function checkCredentials(settings: Settings): Promise<string | Diagnostic> {
  if (settings.engine === 'local') return 'none needed: the emulator moto stands in for AWS';
  const aws = connect(settings, undefined);
  try {
    const { Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
    return Arn;
  } catch (error) {
    const text = textOf(error);
    const fix = 'Check the credentials with `aws sts get-caller-identity`.';
    return (
      explain(text, settings) ??
      problem('no-identity', 'credentials', `AWS did not return the caller's identity: ${text}`, fix)
    );
  } finally {
    disconnect(aws);
  }
}

async function checkDisk({ folder }: Places, { minFreeMb }: Settings): Promise<string | Diagnostic> {
  const { bavail, bsize } = await statfs(folder);
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMb >= minFreeMb) return `${freeMb} MB free`;
  return problem(
    'no-disk-space',
    'disk',
    `${freeMb} MB are free on the disk of ${folder}; ${minFreeMb} MB are needed.`,
    'Free some space (`make test-env-clean`, `make clean-cache`), or lower TEST_ENV_MIN_FREE_MB.',
  );
}

async function printed(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  try {
    return await run(program, args);
  } catch {
    return { code: 127, output: '' };
  }
}
