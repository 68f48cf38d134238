import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface ProgramRun {
  readonly code: number;
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program with the checkout's own Node first on the path, and returns what it printed on both streams. */
export function run(
  program: string,
  args: readonly string[],
  { cwd = root, env: more = {} }: RunOptions = {},
): Promise<ProgramRun> {
  // Whatever cloud its user is signed in to is not the test's.
  const isForeign = (name: string): boolean => name === 'TF_CLI_CONFIG_FILE' || name.startsWith('OS_');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
  const PATH = `${join(root, 'node_modules', '.bin')}${delimiter}${env['PATH'] ?? ''}`;
  const options = {
    cwd,
    maxBuffer: 1 << 28,
    timeout: 600_000,
    env: { ...env, PATH, CHECKPOINT_DISABLE: '1', CI: '1', ...more },
  };
  return new Promise((settle, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number')
        reject(new Error(`${program} did not run`, { cause: error }));
      else settle({ code: typeof error?.code === 'number' ? error.code : 0, output: `${stdout}${stderr}` });
    });
  });
}

/** The real cdktf CLI on this checkout's app. */
export function cdktfSynth(output: string, env: Readonly<Record<string, string>>): Promise<ProgramRun> {
  return run('cdktf', ['synth', '--output', output], { env });
}

/** `init` and `validate` of one synthesized stack with the real provider, from the mirror that `make toolchain` builds. */
export function validate(program: 'terraform' | 'tofu', folder: string): Promise<ProgramRun> {
  return afterInit(program, folder, ['validate', '-no-color'], {});
}

/** `init` and `plan`; `cloud` says which. */
export function plan(folder: string, cloud: Readonly<Record<string, string>>): Promise<ProgramRun> {
  return afterInit('terraform', folder, ['plan', '-no-color', '-input=false', '-lock=false'], cloud);
}

/** What the program printed; throws it when the program failed. */
export async function outputOf(started: Promise<ProgramRun>): Promise<string> {
  const { code, output } = await started;
  if (code !== 0) throw new Error(output);
  return output;
}

/** The variables that let Terraform and cdktf find the providers without a network. */
export async function offlineProviders(): Promise<Readonly<Record<string, string>>> {
  return { TF_CLI_CONFIG_FILE: await built('tools/terraform-providers/build.sh') };
}

async function afterInit(
  program: 'terraform' | 'tofu',
  folder: string,
  args: readonly string[],
  cloud: Readonly<Record<string, string>>,
): Promise<ProgramRun> {
  const binary = program === 'terraform' ? program : await built('scripts/opentofu.sh');
  const env = {
    TF_CLI_CONFIG_FILE: await built('tools/terraform-providers/build.sh'),
    TF_DATA_DIR: join(folder, `.${program}`),
    ...cloud,
  };
  const init = await run(binary, ['init', '-no-color', '-input=false'], { cwd: folder, env });
  return init.code === 0 ? run(binary, args, { cwd: folder, env }) : init;
}

async function built(script: string): Promise<string> {
  return (await outputOf(run(join(root, script), ['--check']))).trim();
}
