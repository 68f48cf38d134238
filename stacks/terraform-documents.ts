import { App, TerraformStack } from 'cdktf';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { temporaryFolder } from '../core/temporary-folder.js';
import { failedRules } from '../constructs/common/index.js';
import type { Plan } from '../mappings/plan.js';
import { layOutLakehouse } from './lay-out-lakehouse.js';

/** The `cdk.tf.json` of every stack of a Plan, without writing it. Fails with every rule that is broken. */
export function terraformDocuments(plan: Plan): Result<readonly object[]> {
  // cdktf creates the folder together with the app.
  const outdir = temporaryFolder('a2o-layout-');
  try {
    const app = new App({ outdir: outdir.path });
    layOutLakehouse(app, plan);
    const problems = failedRules(app);
    if (problems.length > 0) return fail(problems);
    return ok(
      app.node.children
        .filter((child) => TerraformStack.isStack(child))
        .map((stack) => {
          stack.prepareStack();
          return stack.toTerraform() as object;
        }),
    );
  } finally {
    outdir.remove();
  }
}
