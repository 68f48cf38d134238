import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { randomInt } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { findLastingMoto, startLastingMoto } from '../moto/lasting-moto.js';
import { cloudEnvironment, connect } from './aws.js';
import type { Aws } from './aws.js';
import { Failure, problem } from './failure.js';
import type { Places } from './places.js';
import { run } from './processes.js';
import type { Environment } from './processes.js';
import { lockTable } from './settings.js';
import type { Settings } from './settings.js';
import type { StateStore } from './state-store.js';

const bucketPrefix = 'aws2openstack-test-data-';

/** The account that the environment is in, and how to reach it. */
export interface Cloud {
  readonly aws: Aws;
  /** Of the emulator. */
  readonly endpoint: string | undefined;
  readonly account: string;
  readonly store: StateStore;
  /** For Terraform and other programs. */
  readonly env: Environment;
}

/** Undefined when the emulator is not running, and so nothing exists. */
export async function findCloud(places: Places, settings: Settings): Promise<Cloud | undefined> {
  if (settings.engine === 'aws') return reach(settings, undefined);
  const endpoint = settings.endpoint ?? (await findLastingMoto(places.moto))?.endpoint;
  return endpoint === undefined ? undefined : reach(settings, endpoint);
}

/** Starts the emulator if one is wanted and not running. */
export async function startCloud(places: Places, settings: Settings): Promise<Cloud> {
  if (settings.engine === 'local' && settings.endpoint === undefined) {
    await startLastingMoto(places.moto, join(places.logs, 'moto.log'));
  }
  const cloud = await findCloud(places, settings);
  if (cloud !== undefined) return cloud;
  throw new Failure(
    problem('no-emulator', 'moto', 'The emulator has stopped.', 'Run `make test-env-logs` to see why.'),
  );
}

async function reach(settings: Settings, endpoint: string | undefined): Promise<Cloud> {
  const aws = connect(settings, endpoint);
  const { Account = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  const bucket = settings.stateBucket ?? `aws2openstack-terraform-state-${Account}`;
  return {
    aws,
    endpoint,
    account: Account,
    store: { bucket, lockTable, key: 'test-env/terraform.tfstate' },
    env: cloudEnvironment(settings, endpoint),
  };
}

/** Writes the Terraform of both stacks. */
export async function synthesize(places: Places, settings: Settings, { store }: Cloud): Promise<void> {
  const { code, output } = await run(process.execPath, ['--import', 'tsx', 'test-env.ts'], {
    cwd: places.root,
    env: {
      ...process.env,
      CDKTF_OUTDIR: places.terraform,
      A2O_STATE_BUCKET: store.bucket,
      A2O_LOCK_TABLE: store.lockTable,
      A2O_USE_LOCKFILE: String(settings.useLockfile),
      AWS_REGION: settings.region,
    },
  });
  if (code === 0) return;
  const [, message = output.trim(), fix = 'npm ci'] = /error: (.*)\n\s+fix: (.*)/.exec(output) ?? [];
  throw new Failure(problem('no-synth', 'terraform', message, fix));
}

export function bucketOf(suffix: string): string {
  return `${bucketPrefix}${suffix}`;
}

export function suffixOf(bucket: string): string {
  return bucket.slice(bucketPrefix.length);
}

/** A date and four random characters. */
export function newSuffix(now: Date): string {
  const characters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const random = Array.from({ length: 4 }, () => characters[randomInt(characters.length)] ?? 'x').join('');
  return `${now.toISOString().slice(0, 10).replaceAll('-', '')}-${random}`;
}

/** The bucket of the last run that did not end with `down`. It is kept before the bucket is made. */
export function readSuffix({ environment }: Places): string | undefined {
  try {
    return (JSON.parse(readFileSync(environment, 'utf8')) as { bucketSuffix: string }).bucketSuffix;
  } catch {
    return undefined;
  }
}

export function keepSuffix({ environment }: Places, bucketSuffix: string): void {
  writeFileAtomically(environment, `${JSON.stringify({ bucketSuffix })}\n`);
}

export function forgetSuffix({ environment }: Places): void {
  rmSync(environment, { force: true });
}
