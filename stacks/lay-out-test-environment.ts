import type { App } from 'cdktf';
import { BootstrapStack } from './bootstrap-stack.js';
import { TestEnvStack } from './test-env-stack.js';
import type { TestEnvStackProps } from './test-env-stack.js';

/** The permanent storage of the state, and the ephemeral environment. */
export function layOutTestEnvironment(app: App, props: TestEnvStackProps): void {
  const bootstrap = new BootstrapStack(app, 'bootstrap', props);
  new TestEnvStack(app, 'test-env', props).addDependency(bootstrap);
}
