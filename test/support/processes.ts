import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The `aws2openstack` command, to be started by Node as its own process. It is compiled once, before all tests. */
export const command = join(import.meta.dirname, '..', '..', 'cli', 'aws2openstack.mjs');

/** What Node takes to run a TypeScript file of `test/support` as its own process, on the compiled product. */
export function childArguments(file: string, ...args: readonly string[]): readonly string[] {
  const hooks = pathToFileURL(join(import.meta.dirname, 'on-compiled.mjs')).href;
  return ['--disable-warning=ExperimentalWarning', '--import', hooks, join(import.meta.dirname, file), ...args];
}
