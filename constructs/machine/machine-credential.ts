import { Construct } from 'constructs';
import { writeBesideTerraform } from '../common/index.js';
import { renderCredentialAccessRules } from './render-access-rules.js';

export interface MachineCredentialProps {
  /** Where machines find their bundle and say how they are. */
  readonly containerName: string;
}

/**
 * What the application credential of machines may do, as the file `machines/access-rules.json` beside the Terraform. An
 * operator makes the credential, so that no state holds it.
 */
export class MachineCredential extends Construct {
  constructor(scope: Construct, id: string, { containerName }: MachineCredentialProps) {
    super(scope, id);
    writeBesideTerraform(this, { 'machines/access-rules.json': renderCredentialAccessRules(containerName) });
  }
}
