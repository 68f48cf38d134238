import { OpenstackProvider } from '@cdktf/provider-openstack/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../mappings/plan.js';
import { layOutLakehouse } from '../stacks/index.js';
import { bucket, database, planWith, table } from '../test/support/plan-builder.js';
import { median, print } from './measure.js';

// What a synth costs: against bare cdktf that lays out the same resources, and how it grows with the assets.
// Processor time, because both sides compute only, and other work on the machine would move a clock.
const rounds = 7;

type LayOut = (app: App) => void;
type ResourceClass = new (scope: Construct, id: string, config: object) => TerraformResource;
interface BareResource {
  readonly Resource: ResourceClass;
  readonly id: string;
  readonly config: object;
}

function planOf(buckets: number, tables: number): Plan {
  return planWith({
    buckets: Array.from({ length: buckets }, (_, index) => bucket(`bucket-${index}`)),
    databases: [database('sales')],
    tables: Array.from({ length: tables }, (_, index) => table(`sales.t${index}`)),
  });
}

function ours(plan: Plan): LayOut {
  return (app) => {
    layOutLakehouse(app, plan);
  };
}

/** Every resource that the plan becomes, each made directly in its stack from the arguments that it ended up with. */
async function bare(plan: Plan): Promise<LayOut> {
  const stacks = new Map<string, BareResource[]>();
  const outdir = mkdtempSync(join(tmpdir(), 'a2o-bench-'));
  try {
    const app = new App({ outdir });
    layOutLakehouse(app, plan);
    app.synth();
    for (const stack of ['lakehouse-storage', 'lakehouse']) {
      stacks.set(stack, await resourcesIn(join(outdir, 'stacks', stack, 'cdk.tf.json')));
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
  return (app) => {
    for (const [name, resources] of stacks) {
      const stack = new TerraformStack(app, name);
      new OpenstackProvider(stack, 'openstack', { region: 'RegionOne' });
      new LocalBackend(stack, { path: 'terraform.tfstate' });
      for (const { Resource, id, config } of resources) new Resource(stack, id, config);
    }
  };
}

async function resourcesIn(path: string): Promise<BareResource[]> {
  const { resource } = JSON.parse(readFileSync(path, 'utf8')) as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  const byType = await Promise.all(
    Object.entries(resource).map(async ([type, byName]) => {
      const folder = type.replace(/^openstack_/, '').replaceAll('_', '-');
      const bindings = (await import(`@cdktf/provider-openstack/lib/${folder}`)) as Record<string, ResourceClass>;
      const Resource = Object.values(bindings).find((value) => 'tfResourceType' in value);
      if (Resource === undefined) throw new Error(`no bindings for ${type}`);
      return Object.entries(byName).map(([id, config]) => ({ Resource, id, config: argumentsOf(config) }));
    }),
  );
  return byType.flat();
}

/** cdktf's names for what stands in the Terraform. References are texts in both. */
function argumentsOf(resource: Readonly<Record<string, unknown>>): object {
  const config = Object.fromEntries(Object.entries(resource).filter(([key]) => key !== '//' && key !== 'depends_on'));
  const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
  const isMap = (name: string): boolean => name === 'metadata';
  const convert = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => convert(item, name));
    if (typeof value !== 'object' || value === null || isMap(name)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), convert(inner, key)]));
  };
  return convert(config, '') as object;
}

/** Seconds of processor time that it takes to lay out and to write. */
function timeSynth(layOut: LayOut): number {
  const outdir = mkdtempSync(join(tmpdir(), 'a2o-bench-'));
  try {
    const start = process.cpuUsage();
    const app = new App({ outdir });
    layOut(app);
    app.synth();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Medians of rounds that alternate, after one round to warm up. */
function compare(value: LayOut, baseline: LayOut): { value: number; baseline: number } {
  const times = { value: [] as number[], baseline: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const pair = { value: timeSynth(value), baseline: timeSynth(baseline) };
    if (round === 0) continue;
    times.value.push(pair.value);
    times.baseline.push(pair.baseline);
  }
  return { value: median(times.value), baseline: median(times.baseline) };
}

const wide = planOf(2_000, 0);
print({
  name: 'synth of 2,000 buckets',
  measure: 'processor seconds; baseline: bare cdktf with the same resources',
  ...compare(ours(wide), await bare(wide)),
  bound: 1.3,
});
print({
  name: 'synth of 102,000 assets (100,000 tables, 2,000 buckets)',
  measure: 'processor seconds; baseline: a tenth of the assets',
  ...compare(ours(planOf(2_000, 100_000)), ours(planOf(200, 10_000))),
  bound: 11,
});
