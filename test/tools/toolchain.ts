import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** For TF_CLI_CONFIG_FILE: the real OpenStack provider out of the local mirror. Throws when `make toolchain` has not run. */
export function terraformCliConfig(): string {
  return execFileSync(join(root, 'tools', 'terraform-providers', 'build.sh'), ['--check'], { encoding: 'utf8' }).trim();
}

/** Path of OpenTofu. Throws when `make toolchain` has not run. */
export function tofuBinary(): string {
  return execFileSync(join(root, 'scripts', 'opentofu.sh'), ['--check'], { encoding: 'utf8' }).trim();
}

/** An environment in which Terraform and OpenTofu have the mirror and no network. */
export function offlineTerraform(): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:9';
  return {
    ...process.env,
    TF_CLI_CONFIG_FILE: terraformCliConfig(),
    CHECKPOINT_DISABLE: '1',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '',
  };
}
