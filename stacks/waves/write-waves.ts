import { App } from 'cdktf';
import { failedRules } from '../../constructs/common/index.js';
import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { foreignStacks } from '../foreign-stacks.js';
import { notWritten } from '../not-written.js';
import { publish } from '../publish.js';
import type { SynthInputs } from '../../core/synth-mark.js';
import { layOutWaves } from './lay-out-waves.js';
import type { WavesStackProps } from './waves-stack.js';

/** Every stack that a folder of waves may hold: one environment each, or several one after the other. */
const stackNames = ['dev', 'prod'].flatMap((name) => [`waves-${name}`, `waves-${name}-deployer`]);

/**
 * Writes the Terraform of one environment, with the archives of its functions, to `output`. Returns the names of its
 * stacks. When it fails, `output` holds what it held before.
 */
export async function writeWaves(props: WavesStackProps, output: string): Promise<Result<readonly string[]>> {
  const foreign = foreignStacks(output, stackNames);
  if (foreign !== null) return fail([foreign]);
  try {
    const published = await publish(output, inputsOf(props), (folder) =>
      synthesizeWaves(new App({ outdir: folder }), props),
    );
    return published.ok ? ok(published.value.value) : published;
  } catch (error) {
    return fail([notWritten(error, output)]);
  }
}

function inputsOf({ settings, code }: WavesStackProps): SynthInputs {
  const functions = Object.entries(code).map(([name, text]) => [name, sha256(text)]);
  return { settings: sha256(canonicalJson(settings)), functions: sha256(canonicalJson(functions)) };
}

function synthesizeWaves(app: App, props: WavesStackProps): Result<readonly string[]> {
  layOutWaves(app, props);
  const broken = failedRules(app);
  if (broken.length > 0) return fail(broken);
  app.synth();
  return ok(Object.keys(app.manifest.stacks).sort());
}
