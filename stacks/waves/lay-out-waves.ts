import type { App } from 'cdktf';
import { DeployerStack } from './deployer-stack.js';
import { WavesStack } from './waves-stack.js';
import type { WavesStackProps } from './waves-stack.js';

/** The stacks of one environment: `waves-dev`, and `waves-dev-deployer` where the settings name a GitHub repository. */
export function layOutWaves(app: App, props: WavesStackProps): void {
  const { settings, environment } = props;
  const waves = new WavesStack(app, `waves-${environment}`, props);
  const { github } = settings;
  if (github === undefined) return;
  waves.addDependency(new DeployerStack(app, `waves-${environment}-deployer`, { settings, environment, github }));
}
