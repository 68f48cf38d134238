import { GetDatabasesCommand } from '@aws-sdk/client-glue';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { connect, disconnect } from '../../../environments/test-env/aws.js';
import type { Aws } from '../../../environments/test-env/aws.js';
import { readSettings } from '../../../environments/test-env/settings.js';
import { freePort } from '../../support/postgres-server.js';
import type { ProgramRun } from '../../support/terraform.js';

const root = join(import.meta.dirname, '..', '..', '..');

/** Whether `make provider-aws` has run; says so where tests are skipped because it has not. */
export function isProviderBuilt(): boolean {
  const { status } = spawnSync(join(root, 'tools', 'terraform-providers', 'build-aws.sh'), ['--check']);
  if (status !== 0) console.warn('SKIPPED: the AWS provider is not built. `make provider-aws` builds it.');
  return status === 0;
}

/** A test environment of its own: files, database port, and an emulator that outlives `down`, so that it can be asked. */
export class TestEnvironment {
  private constructor(
    readonly folder: string,
    readonly moto: Moto,
    readonly port: number,
    readonly aws: Aws,
    readonly databaseUrl: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  static async create(): Promise<TestEnvironment> {
    const folder = mkdtempSync(join(tmpdir(), 'a2o-test-env-'));
    const [moto, port] = await Promise.all([startMoto(), freePort()]);
    const databaseUrl = `postgresql://a2o:secret@127.0.0.1:${port}/a2o`;
    const env = {
      ...process.env,
      TF_CLI_CONFIG_FILE: undefined,
      A2O_AWS: 'local',
      AWS_ENDPOINT_URL: moto.endpoint,
      A2O_TEST_ENV_DIR: folder,
      DATABASE_URL: databaseUrl,
      AWS_REGION: 'eu-central-1',
    };
    const settings = readSettings(env);
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    return new TestEnvironment(folder, moto, port, connect(settings.value, moto.endpoint), databaseUrl, env);
  }

  /** As `make test-env-<command>` does. */
  async run(command: string, more: Readonly<Record<string, string | undefined>> = {}): Promise<ProgramRun> {
    return finished(this.start([command], more));
  }

  /** Throws what was printed when the command fails. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { code, output } = await finished(this.start(args));
    if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${output}`);
    return output;
  }

  start(args: readonly string[], more: Readonly<Record<string, string | undefined>> = {}): ChildProcess {
    const script = join(root, 'environments', 'test-env', 'test-env.sh');
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    return spawn(script, args, { cwd: root, env: { ...this.env, ...more }, detached: true, stdio });
  }

  /** kill -9 of the program, and of the Terraform that it started too if `withTerraform`. */
  kill(program: ChildProcess, withTerraform: boolean): void {
    killGroup(program.pid);
    if (!withTerraform) return;
    for (const stack of ['bootstrap', 'test-env']) killGroup(this.pidOf(stack));
  }

  /** Names of what is there, by AWS's own API, but for the permanent place of the state. */
  async remains(): Promise<readonly string[]> {
    const [{ DatabaseList = [] }, { Buckets = [] }] = await Promise.all([
      this.aws.glue.send(new GetDatabasesCommand({})),
      this.aws.s3.send(new ListBucketsCommand({})),
    ]);
    const names = [...DatabaseList, ...Buckets].map(({ Name = '' }) => Name);
    return names.filter((name) => !name.startsWith('aws2openstack-terraform-state-'));
  }

  log(name: string): string {
    return readFileSync(join(this.folder, 'local', 'log', `${name}.log`), 'utf8');
  }

  async remove(): Promise<void> {
    await this.run('clean');
    disconnect(this.aws);
    await this.moto.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private pidOf(stack: string): number | undefined {
    try {
      return Number(readFileSync(join(this.folder, 'local', `terraform.${stack}.pid`), 'utf8'));
    } catch {
      return undefined;
    }
  }
}

export async function finished(child: ChildProcess): Promise<ProgramRun> {
  const [output, [code]] = await Promise.all([outputOf(child), once(child, 'close') as Promise<[number | null]>]);
  return { code: code ?? 1, output };
}

export async function outputOf({ stdout, stderr }: ChildProcess): Promise<string> {
  if (stdout === null || stderr === null) return '';
  return (await Promise.all([text(stdout), text(stderr)])).join('');
}

/** Its provider goes with it: a process group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
