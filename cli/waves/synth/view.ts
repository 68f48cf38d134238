import { join } from 'node:path';
import type { EnvironmentName } from '../../../stacks/waves/settings.js';

/** For people: where the Terraform is and what to run next. */
export function describeWritten(output: string, environment: EnvironmentName, stacks: readonly string[]): string {
  const folder = (stack: string): string => join(output, 'stacks', stack);
  const deployer = stacks.find((name) => name.endsWith('-deployer'));
  const first =
    deployer === undefined
      ? ''
      : `An administrator applies ${folder(deployer)} once; the GitHub workflow takes the role that it makes.\n`;
  return `The Terraform of the environment ${environment} is in ${output}.\n${first}Next: terraform init and terraform apply in ${folder(`waves-${environment}`)} (docs/waves/architecture.md).\n`;
}
