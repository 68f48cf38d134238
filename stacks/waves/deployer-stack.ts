import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { DeployerRole } from '../../constructs/aws/deployer-role/index.js';
import { useAws } from '../aws-settings.js';
import { boundaryPermissions, deployerPermissions } from './deployer-permissions.js';
import { namesOf } from './names.js';
import type { EnvironmentName, WavesSettings } from './settings.js';
import { useState } from './terraform-state.js';

export interface DeployerStackProps {
  readonly settings: WavesSettings;
  readonly environment: EnvironmentName;
  readonly github: NonNullable<WavesSettings['github']>;
}

/** The role of the workflow that deploys an environment. An administrator applies this stack, once. */
export class DeployerStack extends TerraformStack {
  constructor(scope: Construct, id: string, { settings, environment, github }: DeployerStackProps) {
    super(scope, id);
    const { name, region, state } = settings;
    const names = namesOf(name, environment);
    useAws(this, region, {
      Project: 'aws2openstack',
      Component: 'waves-deployer',
      Environment: environment,
      ManagedBy: 'terraform',
    });
    useState(this, settings);
    const { accountId } = new DataAwsCallerIdentity(this, 'Account');
    const place = { names, accountId, region, state };
    const role = new DeployerRole(this, 'Deployer', {
      name: names.deployer,
      repository: github.repository,
      githubEnvironment: environment,
      createProvider: github.createProvider ?? false,
      policies: deployerPermissions(place),
      boundaryName: names.boundary,
      boundary: boundaryPermissions(place),
    });
    new TerraformOutput(this, 'role', { value: role.arn });
  }
}
