import { dirname, join, resolve } from 'node:path';
import { ensureFolder } from '../../core/ensure-folder.js';
import { Failure, problem } from './failure.js';
import type { Settings } from './settings.js';

/** Files of the test environment. Each engine has its own. */
export interface Places {
  readonly root: string;
  readonly folder: string;
  readonly logs: string;
  readonly testData: string;
  /** Where `cdktf` writes. */
  readonly terraform: string;
  /** Keeps the name of the bucket, which must survive a killed run. */
  readonly environment: string;
  readonly moto: string;
}

/** A2O_TEST_ENV_DIR moves everything that is written, so that several environments can exist side by side. */
export function placesOf({ engine }: Settings, moved: string | undefined): Places {
  const root = dirname(dirname(import.meta.dirname));
  const folder = join(moved === undefined ? join(root, '.aws2openstack', 'test-env') : resolve(moved), engine);
  const logs = join(folder, 'log');
  try {
    ensureFolder(logs);
  } catch (error) {
    const fix = 'Set A2O_TEST_ENV_DIR to a folder that you can write to.';
    throw new Failure(problem('no-folder', logs, `The folder cannot be created: ${(error as Error).message}`, fix));
  }
  return {
    root,
    folder,
    logs,
    testData: moved === undefined ? join(root, 'testdata', 'generated') : join(folder, 'testdata'),
    terraform: join(folder, 'terraform'),
    environment: join(folder, 'environment.json'),
    moto: join(folder, 'moto.json'),
  };
}
