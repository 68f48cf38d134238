import { Construct } from 'constructs';
import { writeBesideTerraform } from '../common/index.js';
import { renderCredentialAccessRules } from './render-access-rules.js';

export interface MachineCredentialProps {
  /** Container in which machines find their bundle and write their reports. */
  readonly containerName: string;
}

/**
 * The access rules of the machines' application credential, as the file `machines/access-rules.json` next to the
 * Terraform. An operator creates the credential, so that it is not in any state.
 */
export class MachineCredential extends Construct {
  constructor(scope: Construct, id: string, { containerName }: MachineCredentialProps) {
    super(scope, id);
    writeBesideTerraform(this, { 'machines/access-rules.json': renderCredentialAccessRules(containerName) });
  }
}
