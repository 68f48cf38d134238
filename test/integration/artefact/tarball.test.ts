import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { seedDemoCatalog } from '../../../environments/demo/seed-catalog.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { validate } from '../../support/terraform.js';

// What `npm pack` makes, on a machine that has Node 22 and nothing else of ours: an empty folder, an empty home.
const root = join(import.meta.dirname, '..', '..', '..');
const region = 'eu-central-1';
const stacks = ['lakehouse', 'lakehouse-storage'];
const assess = (options: string): string =>
  `assess glue-catalog --region ${region} --endpoint-url ${moto.endpoint} --output-dir lake ${options}`.trim();
const keys = {
  AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
};

let machine: string;
let work: string;
let moto: Moto;

beforeAll(async () => {
  machine = realpathSync(mkdtempSync(join(tmpdir(), 'a2o-artefact-')));
  work = join(machine, 'work');
  for (const name of ['bin', 'home', 'work']) mkdirSync(join(machine, name));
  symlinkSync(process.execPath, join(machine, 'bin', 'node'));
  const npm = (...args: readonly string[]): string => execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim();
  const [{ filename }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', machine)) as [
    { filename: string },
  ];
  const tarball = join(machine, filename);
  // From this machine's registry, the way it reaches it; what was fetched before is not fetched again.
  const config = ['registry', 'cache'].flatMap((key) => [`--${key}`, npm('config', 'get', key)]);
  const install = ['install', tarball, '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', ...config];
  const network = Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|node_extra_ca_certs)$/i.test(name),
  );
  expect(await run('npm', install, Object.fromEntries(network) as Record<string, string>)).toMatchObject({ code: 0 });
  rmSync(tarball);
  moto = await startMoto();
  const client = new GlueClient({ endpoint: moto.endpoint, region, credentials: motoCredentials, maxAttempts: 1 });
  await seedDemoCatalog(client);
  client.destroy();
}, 900_000);

afterAll(async () => {
  await moto.stop();
  rmSync(machine, { recursive: true });
});

interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in the folder `work`, with no environment but what is given. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const others = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(root));
  const PATH = [join(machine, 'bin'), ...others].join(delimiter);
  const options = { cwd: work, env: { PATH, HOME: join(machine, 'home'), ...env }, maxBuffer: 1 << 28 };
  return new Promise((settle) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      settle({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

function aws2openstack(args: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return run(join(work, 'node_modules', '.bin', 'aws2openstack'), args.split(' '), env);
}

test('the package holds the compiled product and nothing that develops it', () => {
  const files = readdirSync(join(work, 'node_modules', 'aws2openstack'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/mappings/templates/default.yaml',
      'dist/mappings/templates/mapping-template.schema.json',
      'dist/assessments/assessment.schema.json',
      'dist/constructs/machine/bootstrap.py',
      'dist/validation/certificate/certificate.schema.json',
      'dist/state/schema-versions/0001-initial.sql',
      'dist/lambda/ingress_handler.mjs',
      'dist/lambda/verify_migration.mjs',
      'LICENSE',
      'NOTICE',
      'THIRD-PARTY-NOTICES.md',
      'node_modules/@cdktf/provider-openstack/lib/compute-instance-v2/index.js',
    ]),
  );
  expect(files.filter((path) => /\.ts$|^(test|bench|environments|scripts|tools)\b/.test(path))).toEqual([]);
  const installed = readdirSync(join(work, 'node_modules'));
  expect(installed.filter((name) => ['cdktf-cli', 'jest', 'tsx', 'typescript'].includes(name))).toEqual([]);
});

test('assess, plan, explain and synth run, and Terraform accepts what they wrote', async () => {
  expect(await aws2openstack(assess(''), keys)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/tables {6}208 /),
  });
  expect(await aws2openstack('plan --assessment lake')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Tables by catalog and method'),
  });
  expect(await aws2openstack('explain sizing --assessment lake')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('confidence'),
  });
  expect(await aws2openstack('synth --assessment lake --output terraform')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('The Terraform is in terraform.'),
  });
  for (const stack of stacks) {
    expect(await validate('terraform', join(work, 'terraform', 'stacks', stack))).toMatchObject({
      code: 0,
      output: expect.stringContaining('The configuration is valid'),
    });
  }
}, 300_000);

test('the app for cdktf writes the same, and loads nothing from outside the package’s folder', async () => {
  const list = join(machine, 'modules');
  const hook = pathToFileURL(join(root, 'test', 'support', 'list-modules.mjs')).href;
  const app = await run(join(work, 'node_modules', '.bin', 'aws2openstack-app'), [], {
    CDKTF_OUTDIR: 'app',
    A2O_ASSESSMENT: 'lake',
    NODE_OPTIONS: `--import ${hook}`,
    A2O_MODULE_LIST: list,
  });
  expect(app).toMatchObject({ code: 0 });
  for (const stack of stacks) {
    const file = join('stacks', stack, 'cdk.tf.json');
    expect(readFileSync(join(work, 'app', file), 'utf8')).toBe(readFileSync(join(work, 'terraform', file), 'utf8'));
  }
  const outside = readFileSync(list, 'utf8')
    .split('\n')
    .filter((url) => url.startsWith('file:') && !url.startsWith(pathToFileURL(`${work}/node_modules/`).href));
  expect(outside).toEqual([]);
}, 120_000);

test('mappings are checked and shown, and the store is made and inspected', async () => {
  expect(await aws2openstack('mappings check ceph-team-databases --var team=sales')).toMatchObject({ code: 0 });
  expect(await aws2openstack('mappings list')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('everything-to-iceberg'),
  });
  expect(await aws2openstack('state status')).toMatchObject({ code: 0, stdout: expect.stringContaining('none yet') });
  expect(await aws2openstack('state migrate')).toMatchObject({ code: 0, stdout: expect.stringContaining('applied') });
  expect(await aws2openstack('state status')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('up to date'),
  });
}, 120_000);

test('a worker of the package takes jobs from the store and does them', async () => {
  expect(await aws2openstack(assess('--save-to-db'), keys)).toMatchObject({ code: 0 });
  const script = join(import.meta.dirname, 'work-two-jobs.mjs');
  const worked = await run('node', [script, join(work, 'node_modules', 'aws2openstack')]);
  expect(worked).toMatchObject({ code: 0, stderr: '' });
  const done = { status: 'COMPLETED', bytes: 7 };
  expect(JSON.parse(worked.stdout)).toEqual([done, done]);
}, 120_000);

test('the dashboard of the package serves its page and its metrics, and ends in order', async () => {
  const env = { PATH: join(machine, 'bin'), HOME: join(machine, 'home') };
  const program = join(work, 'node_modules', '.bin', 'aws2openstack');
  const served = spawn(program, ['dashboard', '--port', '0', '--log', 'json'], { cwd: work, env });
  const lines = createInterface({ input: served.stdout })[Symbol.asyncIterator]();
  const said: string[] = [];
  let errors = '';
  served.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(served, 'close');
  try {
    while (!(said.at(-1) ?? '').startsWith('Dashboard of ')) {
      const line = await lines.next();
      if (line.done === true) throw new Error(`the dashboard ended: ${errors}`);
      said.push(line.value);
    }
    const [url = ''] = /http:\S+/.exec(said.at(-1) ?? '') ?? [];
    const viewer = /viewer +(\S+)/.exec(said.join('\n'))?.[1] ?? '';
    const get = async (path: string, headers = {}): Promise<string> => {
      const response = await fetch(new URL(path, url), { headers });
      return `${response.status} ${await response.text()}`;
    };
    expect(await get('healthz')).toBe('200 {"status":"ok"}');
    expect(await get('')).toMatch(/^200 <!doctype html>/i);
    expect(await get('metrics', { authorization: `Bearer ${viewer}` })).toMatch(
      /^200 [^]*aws2openstack_migration_jobs/,
    );
  } finally {
    served.kill('SIGTERM');
  }
  expect(await closed).toEqual([0, null]);
  const requests = errors
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(requests).toContainEqual(expect.objectContaining({ event: 'request', route: '/healthz', status: 200 }));
}, 120_000);

test('an older Node is told what is needed', async () => {
  const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.19.0'})";
  expect(await aws2openstack('--version', { NODE_OPTIONS: `--import=${older}` })).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error: aws2openstack needs Node 22.19 or newer; this is 20.19.0.\n  fix: install Node 22, or run `npm ci` in a checkout, which brings it.\n',
  });
});
