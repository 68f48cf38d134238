import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const build = join(import.meta.dirname, '..', '..', 'tools', 'terraform-providers', 'build.sh');
const registry = 'https://registry.terraform.io/v1/providers/terraform-provider-openstack/openstack/versions';
const patienceMs = 5_000;

/**
 * The environment variables by which Terraform finds the provider: none where its registry answers, else a mirror built on
 * this machine. A2O_TERRAFORM_REGISTRY=direct or =mirror decides without a request.
 */
export async function providerEnvironment(): Promise<Record<string, string>> {
  const wish = process.env['A2O_TERRAFORM_REGISTRY'];
  if (wish === 'direct' || (wish !== 'mirror' && !mirrorIsBuilt() && (await registryAnswers()))) return {};
  const cliConfig = execFileSync(build, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  return { TF_CLI_CONFIG_FILE: cliConfig };
}

function mirrorIsBuilt(): boolean {
  try {
    execFileSync(build, ['--check'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function registryAnswers(): Promise<boolean> {
  try {
    return (await fetch(registry, { signal: AbortSignal.timeout(patienceMs) })).ok;
  } catch {
    return false;
  }
}
