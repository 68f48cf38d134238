// `make demo`: a realistic catalog, from assessment to validated Terraform, in out/demo.
import { GlueClient } from '@aws-sdk/client-glue';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { endAtExit } from '../../core/at-exit.js';
import { endOnSignals } from '../../core/stop-signals.js';
import { providerEnvironment } from './provider-source.js';
import { seedDemoCatalog } from './seed-catalog.js';
import { summarize } from './summary.js';
import type { DemoOutcome } from './summary.js';
import { motoCredentials, startMoto } from '../moto/moto.js';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'out', 'demo');
const assessmentFile = join(folder, 'glue-catalog-assessment.json');
const region = 'eu-central-1';
const mapping = process.env['A2O_MAPPING'] ?? 'default';

const started = Date.now();
endOnSignals((signal) => {
  console.error(`Interrupted by ${signal}. \`make demo\` starts again.`);
});
try {
  process.stdout.write(summarize(await runDemo()));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function runDemo(): Promise<DemoOutcome> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'log'), { recursive: true });

  say('finding the OpenStack provider');
  const terraform = await providerEnvironment();
  await assessEmulatedCatalog();
  say(`planning with the template '${mapping}'`);
  const planFile = join(folder, 'plan.json');
  await aws2openstack('plan', ['plan', '--assessment', assessmentFile, '--mapping', mapping, '--output', planFile]);
  say('writing Terraform (cdktf synth)');
  const output = join(folder, 'cdktf.out');
  await run('synth', 'cdktf', ['synth', '--output', output], root, {
    A2O_ASSESSMENT: assessmentFile,
    A2O_MAPPING: mapping,
    ...terraform,
  });
  const stacks = readdirSync(join(output, 'stacks')).sort();
  for (const stack of stacks) {
    say(`terraform init and validate: ${stack}`);
    const directory = join(output, 'stacks', stack);
    await run(
      `init-${stack}`,
      'terraform',
      ['init', '-backend=false', '-input=false', '-no-color'],
      directory,
      terraform,
    );
    await run(`validate-${stack}`, 'terraform', ['validate', '-no-color'], directory, terraform);
  }
  return {
    assessment: readJson(assessmentFile) as DemoOutcome['assessment'],
    plan: readJson(planFile) as DemoOutcome['plan'],
    stacks,
    resources: Object.fromEntries(stacks.map((stack) => [stack, countResources(join(output, 'stacks', stack))])),
    folder: relative(root, folder),
    seconds: Math.round((Date.now() - started) / 1000),
  };
}

async function assessEmulatedCatalog(): Promise<void> {
  say('starting moto, an AWS emulator');
  const moto = await startMoto();
  const client = new GlueClient({ endpoint: moto.endpoint, region, credentials: motoCredentials, maxAttempts: 1 });
  try {
    const seeded = await seedDemoCatalog(client);
    say(
      `created ${seeded.databases} databases, ${seeded.tables} tables, ${seeded.partitions} partitions through the Glue API`,
    );
    say('assessing');
    const options = ['--region', region, '--endpoint-url', moto.endpoint, '--output-dir', folder];
    await aws2openstack('assess', ['assess', 'glue-catalog', '--sizes', 'catalog', ...options], {
      AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
    });
  } finally {
    client.destroy();
    await moto.stop();
  }
}

async function aws2openstack(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  await run(name, process.execPath, [join(root, 'cli', 'aws2openstack.mjs'), ...args], root, env);
}

/** Runs a command with its output in out/demo/log, and shows it when the command fails. */
async function run(
  name: string,
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<void> {
  const logFile = join(folder, 'log', `${name}.log`);
  const child = spawn(command, args, { cwd, env: { ...surroundings(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  endAtExit(child);
  const log = createWriteStream(logFile);
  const written = Promise.all([child.stdout, child.stderr].map((stream) => pipeline(stream, log, { end: false })));
  const [code] = (await once(child, 'close')) as [number | null];
  await written;
  log.end();
  await once(log, 'close');
  if (code === 0) return;
  process.stderr.write(readFileSync(logFile, 'utf8'));
  throw new Error(
    `${command} ${args.join(' ')} failed with exit code ${String(code)}; its output is in ${relative(root, logFile)}.`,
  );
}

/** The environment without the user's own AWS settings and Terraform configuration, which the demo must not touch. */
function surroundings(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(AWS_|TF_)/.test(name) && name !== 'A2O_VARS',
  ) as [string, string][];
  return { ...Object.fromEntries(kept), CHECKPOINT_DISABLE: '1', NO_COLOR: '1' };
}

function countResources(directory: string): number {
  const file = join(directory, 'cdk.tf.json');
  if (!existsSync(file)) return 0;
  const { resource = {} } = readJson(file) as { resource?: Record<string, object> };
  return Object.values(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function say(text: string): void {
  console.error(`[${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`);
}
