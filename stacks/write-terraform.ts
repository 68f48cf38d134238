import { AnnotationMetadataEntryType, App } from 'cdktf';
import { failedRules } from '../constructs/common/index.js';
import { compareText } from '../core/canonical-json.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { Plan } from '../mappings/plan.js';
import { foreignStacks } from './foreign-stacks.js';
import { layOutLakehouse, stackNames } from './lay-out-lakehouse.js';
import { notWritten } from './not-written.js';
import { publish } from './publish.js';
import type { Published } from './publish.js';
import type { SynthInputs } from '../core/synth-mark.js';

/**
 * The same files as `cdktf synth --output <output>`, without its command line. Returns the constructs' warnings. When it
 * fails, `output` holds what it held before.
 *
 * @param inputs hashes of what the Plan was made from; they are kept with the files.
 */
export async function writeTerraform(
  plan: Plan,
  output: string,
  inputs: SynthInputs,
): Promise<Result<Published<readonly string[]>>> {
  const foreign = foreignStacks(output, stackNames);
  if (foreign !== null) return fail([foreign]);
  try {
    return await publish(output, inputs, (folder) => synthesizeLakehouse(new App({ outdir: folder }), plan));
  } catch (error) {
    return fail([notWritten(error, output)]);
  }
}

/**
 * Writes the stacks of a Plan to the app's output folder. Returns the constructs' warnings, each once, by the names of
 * their stacks. Fails with every rule that is broken, before a stack is written. Throws the system's errors.
 */
function synthesizeLakehouse(app: App, plan: Plan): Result<readonly string[]> {
  layOutLakehouse(app, plan);
  const broken = failedRules(app);
  if (broken.length > 0) return fail(broken);
  app.synth();
  return ok(warningsOf(app));
}

function warningsOf({ manifest }: App): readonly string[] {
  const warnings = Object.values(manifest.stacks)
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap(({ annotations }) => annotations)
    .filter(({ level }) => level === AnnotationMetadataEntryType.WARN)
    // Constructs name themselves first, for cdktf's list.
    .map(({ message }) => message.replace(/^[\w/-]+: /, ''));
  return [...new Set(warnings)];
}
