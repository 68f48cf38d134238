import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface ProgramRun {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program with the checkout's own Node first on the path, and returns what it printed on both streams. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): ProgramRun {
  const { TF_CLI_CONFIG_FILE: _unused, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: options.cwd ?? root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 300_000,
    env: {
      ...env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${env['PATH'] ?? ''}`,
      CHECKPOINT_DISABLE: '1',
      CI: '1',
      ...options.env,
    },
  });
  if (error !== undefined) throw error;
  return { code: status, output: `${stdout}${stderr}` };
}

/** The real cdktf CLI on this checkout's app. */
export function cdktfSynth(output: string, env: Readonly<Record<string, string>>): ProgramRun {
  return run('cdktf', ['synth', '--output', output], { env });
}

/** `init` and `validate` of one synthesized stack with the real provider, from the mirror that `make toolchain` builds. */
export function validate(program: 'terraform' | 'tofu', folder: string): ProgramRun {
  const binary = program === 'terraform' ? program : built('scripts/opentofu.sh');
  const env = {
    TF_CLI_CONFIG_FILE: built('tools/terraform-providers/build.sh'),
    TF_DATA_DIR: join(folder, `.${program}`),
  };
  const init = run(binary, ['init', '-no-color', '-input=false', '-backend=false'], { cwd: folder, env });
  return init.code === 0 ? run(binary, ['validate', '-no-color'], { cwd: folder, env }) : init;
}

function built(script: string): string {
  const { code, output } = run(join(root, script), ['--check']);
  if (code !== 0) throw new Error(output);
  return output.trim();
}
