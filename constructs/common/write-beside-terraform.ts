import { TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer.js';
import type { Construct } from 'constructs';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';

/**
 * When the app is synthesized, writes these files, by path, into the folder of the stack's `cdk.tf.json`, where Terraform
 * runs. Call it once per construct.
 */
export function writeBesideTerraform(construct: Construct, files: Readonly<Record<string, string | Uint8Array>>): void {
  addCustomSynthesis(construct, {
    onSynthesize: ({ manifest }) => {
      const { synthesizedStackPath } = manifest.forStack(TerraformStack.of(construct));
      const folder = join(manifest.outdir, dirname(synthesizedStackPath));
      for (const [path, content] of Object.entries(files)) writeFileAtomically(join(folder, path), content);
    },
  });
}
