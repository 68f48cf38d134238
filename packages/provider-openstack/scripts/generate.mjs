// Makes lib/, the bindings of every resource and data source, from the schema facts in schema/. Does nothing when lib/
// already is what these facts and tools make, so that a repeated `npm ci` stays quick.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');

const factsFiles = readdirSync(join(root, 'schema')).filter((name) => name.endsWith('.schema.json'));
if (factsFiles.length !== 1) throw new Error(`schema/ must hold exactly one *.schema.json, found ${factsFiles.length}`);
const facts = readFileSync(join(root, 'schema', factsFiles[0]), 'utf8');
const version = /-(\d+\.\d+\.\d+)\.schema\.json$/.exec(factsFiles[0])[1];

const stamp = stampOf(
  facts,
  readFileSync(import.meta.filename, 'utf8'),
  readFileSync(join(root, 'tsconfig.json'), 'utf8'),
  require('@cdktf/provider-generator/package.json').version,
  require('typescript/package.json').version,
);
const stampFile = join(lib, '.made-from');
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) await build();

async function build() {
  mkdirSync(join(root, 'generated'), { recursive: true });
  const workshop = mkdtempSync(join(root, 'generated', 'build-'));
  try {
    await generate(workshop);
    compile(workshop);
    writeFileSync(join(workshop, 'lib', '.made-from'), stamp);
    if (existsSync(lib)) renameSync(lib, join(workshop, 'old'));
    renameSync(join(workshop, 'lib'), lib);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

async function generate(workshop) {
  // The generator asks terraform for its version when it is loaded, and needs none: a stand-in answers.
  const standIn = join(workshop, 'terraform');
  writeFileSync(standIn, '#!/bin/sh\necho \'{"terraform_version":"0.0.0"}\'\n', { mode: 0o755 });
  process.env.TERRAFORM_BINARY_NAME = standIn;
  const { CodeMaker, TerraformProviderGenerator, TerraformProviderConstraint } = require('@cdktf/provider-generator');
  const schema = JSON.parse(facts);
  schema.provider_versions = Object.fromEntries(Object.keys(schema.provider_schemas).map((name) => [name, version]));
  // A short source lets OpenTofu find the provider in its own registry; generateAll would write Terraform's host into it.
  const minor = version.split('.').slice(0, 2).join('.');
  const constraint = new TerraformProviderConstraint(`terraform-provider-openstack/openstack@~> ${minor}`);
  const code = new CodeMaker();
  new TerraformProviderGenerator(code, schema).generate(constraint);
  await code.save(join(workshop, 'generated'));
}

function compile(workshop) {
  const rootDir = join(workshop, 'generated', 'providers', 'openstack');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir, outDir: join(workshop, 'lib') },
    include: [rootDir],
  };
  writeFileSync(join(workshop, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', workshop], { stdio: 'inherit' });
}

function stampOf(...texts) {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}
