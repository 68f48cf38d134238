import { App } from 'cdktf';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Plan } from '../../mappings/plan.js';
import { layOutLakehouse } from '../../stacks/index.js';

/** Every file that a synth of the plan writes, by its path below the output folder. */
export function synthesize(plan: Plan): ReadonlyMap<string, string> {
  return synthesizeApp((app) => {
    layOutLakehouse(app, plan);
  });
}

/** The same of whatever is laid out. */
export function synthesizeApp(layOut: (app: App) => void): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'a2o-synth-'));
  try {
    const app = new App({ outdir });
    layOut(app);
    app.synth();
    const files = (readdirSync(outdir, { recursive: true }) as string[])
      .map((path) => join(outdir, path))
      .filter((path) => statSync(path).isFile())
      .sort();
    return new Map(files.map((path) => [relative(outdir, path), readFileSync(path, 'utf8')]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Addresses such as `openstack_compute_instance_v2.worker-1_Instance_1234` with their arguments. */
export function resourcesOf(
  files: ReadonlyMap<string, string>,
  stack: string,
): ReadonlyMap<string, Record<string, unknown>> {
  const { resource } = JSON.parse(files.get(`stacks/${stack}/cdk.tf.json`) ?? '{}') as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  return new Map(
    Object.entries(resource).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, config]): [string, Record<string, unknown>] => [`${type}.${name}`, config]),
    ),
  );
}
