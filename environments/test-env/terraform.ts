import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureFolder } from '../../core/ensure-folder.js';
import { emulatedS3Control } from './aws.js';
import type { Cloud } from './environment.js';
import { explain } from './explain.js';
import { Failure, problem } from './failure.js';
import type { Places } from './places.js';
import { hasEnded, readPidFile, run, runLasting } from './processes.js';
import type { EarlierRun, Environment } from './processes.js';
import type { Settings } from './settings.js';

const patienceMs = 15 * 60_000;

/** Terraform on one synthesized stack. Each method throws `Failure` with the cause and the fix. */
export class Terraform {
  private readonly env: Environment;
  private readonly pidFile: string;

  constructor(
    private readonly stack: 'bootstrap' | 'test-env',
    private readonly places: Places,
    private readonly settings: Settings,
    { env, endpoint }: Pick<Cloud, 'env' | 'endpoint'>,
  ) {
    this.env = {
      ...process.env,
      ...env,
      ...emulatedS3Control(settings, endpoint),
      ...builtProvider(places.root),
      TF_DATA_DIR: join(places.terraform, `.terraform.${stack}`),
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    };
    ensureFolder(places.terraform);
    this.pidFile = join(places.folder, `terraform.${stack}.pid`);
  }

  get folder(): string {
    return join(this.places.terraform, 'stacks', this.stack);
  }

  /** The Terraform of an earlier run, once it has ended: it survives when the process that started it is killed. */
  async earlierRun(say: (line: string) => void): Promise<EarlierRun | undefined> {
    const earlier = readPidFile(this.pidFile);
    if (earlier === undefined || (await hasEnded(earlier.pid, 'terraform', 0))) return earlier;
    say(`the Terraform of an earlier run (process ${earlier.pid}) is still running: waiting for it ...`);
    if (await hasEnded(earlier.pid, 'terraform', patienceMs)) return earlier;
    const fix = `Read its log in ${this.places.logs}, run \`kill ${earlier.pid}\`, then the same command again.`;
    const text = `The Terraform of an earlier run (process ${earlier.pid}) is still running.`;
    throw new Failure(problem('still-running', 'terraform', text, fix));
  }

  async init(): Promise<void> {
    await this.do('init', ['init', '-reconfigure', '-no-color']);
  }

  async apply(variables: Readonly<Record<string, string>>): Promise<void> {
    await this.do('apply', ['apply', '-auto-approve', '-no-color', ...variableOptions(variables)]);
  }

  async destroy(variables: Readonly<Record<string, string>>): Promise<void> {
    await this.do('destroy', ['destroy', '-auto-approve', '-no-color', ...variableOptions(variables)]);
  }

  /** Addresses such as `aws_s3_bucket.Data` that are in the configuration and not yet in the state. */
  async addressesOutsideState(): Promise<readonly string[]> {
    const state = await this.pullState();
    const { resources = [] } = (state.trim() === '' ? {} : JSON.parse(state)) as {
      resources?: readonly { readonly type: string; readonly name: string }[];
    };
    const known = new Set(resources.map(({ type, name }) => `${type}.${name}`));
    const { resource } = JSON.parse(readFileSync(join(this.folder, 'cdk.tf.json'), 'utf8')) as {
      resource: Readonly<Record<string, object>>;
    };
    const written = Object.entries(resource).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => `${type}.${name}`),
    );
    return written.filter((address) => !known.has(address));
  }

  /** The state as JSON; empty when there is none. */
  async pullState(): Promise<string> {
    const { code, output } = await run('terraform', ['state', 'pull'], { cwd: this.folder, env: this.env });
    if (code !== 0) throw this.failure('state pull', output);
    return output;
  }

  private async do(name: string, args: readonly string[]): Promise<void> {
    const logFile = join(this.places.logs, `terraform-${this.stack}-${name}.log`);
    const { pidFile, env } = this;
    const { code, output } = await runLasting({ program: 'terraform', args, cwd: this.folder, env, logFile, pidFile });
    if (code !== 0) throw this.failure(name, output);
  }

  private failure(name: string, output: string): Failure {
    const known = explain(output, this.settings);
    if (known !== undefined) return new Failure(known);
    const errors = output.split('\n').filter((line) => line.includes('Error: '));
    const what = errors.map((line) => line.replace(/^.*Error: /, '')).join('; ');
    const text = `terraform ${name} of the stack ${this.stack} failed: ${what || 'it was stopped by a signal'}`;
    const fix =
      'Read the logs with `make test-env-logs`. Then `make test-env-up` continues, and `make test-env-down` removes everything.';
    return new Failure(problem('terraform-failed', 'terraform', text, fix));
  }
}

function variableOptions(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
}

/** The provider that `make provider-aws` built, unless the user has a configuration; Terraform's registry otherwise. */
function builtProvider(root: string): Environment {
  if (existsSync(process.env['TF_CLI_CONFIG_FILE'] ?? '')) return {};
  const build = join(root, 'tools', 'terraform-providers', 'build-aws.sh');
  const { status, stdout } = spawnSync(build, ['--check'], { encoding: 'utf8' });
  return status === 0 ? { TF_CLI_CONFIG_FILE: stdout.trim() } : {};
}
