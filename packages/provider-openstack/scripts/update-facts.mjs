// Writes the schema facts anew from an installed provider: `terraform init`, then `terraform providers schema -json`, of
// which names, types and flags are kept. Prints what changed.
//
//   npm run facts -w @cdktf/provider-openstack                   the version of the committed facts
//   npm run facts -w @cdktf/provider-openstack -- 3.5.0          another version
//   npm run facts -w @cdktf/provider-openstack -- 3.5.0 --out F  into another file
//
// TF_CLI_CONFIG_FILE=$(tools/terraform-providers/build.sh) takes the provider from the local mirror.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const source = 'terraform-provider-openstack/openstack';
const folder = join(import.meta.dirname, '..', 'schema');
const current = readdirSync(folder).find((name) => name.endsWith('.schema.json'));

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const version = positionals[0] ?? /-(\d+\.\d+\.\d+)\.schema\.json$/.exec(current)[1];
const target = resolve(values.out ?? join(folder, `openstack-provider-${version}.schema.json`));

const before = readFacts(join(folder, current));
const facts = sorted(reduced(readProviderSchema()));
writeWhole(target, JSON.stringify(facts));
// There is one version at a time: generate.mjs and git's diff rely on it.
if (values.out === undefined && basename(target) !== current) rmSync(join(folder, current));
report(before, facts);

function readProviderSchema() {
  const directory = mkdtempSync(join(tmpdir(), 'openstack-facts-'));
  try {
    const required = { required_providers: { openstack: { source, version } } };
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ terraform: required }));
    const terraform = (...args) =>
      execFileSync('terraform', args, {
        cwd: directory,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    terraform('init', '-no-color', '-input=false');
    return JSON.parse(terraform('providers', 'schema', '-json'));
  } catch (error) {
    if (error.code !== 'ENOENT') fail(`terraform could not read provider ${version}`, 'see its message above');
    fail('terraform is missing', 'install it: https://developer.hashicorp.com/terraform/install');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Without descriptions: the bindings need names, types and flags only. */
function reduced({ provider_schemas: providers }) {
  const [address, { data_source_schemas, provider, resource_schemas }] = Object.entries(providers)[0];
  const block = ({ attributes, block_types: blockTypes, deprecated }) => ({
    attributes: mapped(attributes, ({ type, required, optional, computed, sensitive, deprecated: old }) => ({
      type,
      required,
      optional,
      computed,
      sensitive,
      deprecated: old,
    })),
    block_types: mapped(blockTypes, ({ nesting_mode, min_items, max_items, block: inner }) => ({
      nesting_mode,
      min_items,
      max_items,
      block: block(inner),
    })),
    deprecated,
  });
  const schema = ({ version: schemaVersion, block: top }) => ({ version: schemaVersion, block: block(top) });
  return {
    format_version: '1.0',
    provider_schemas: {
      [address]: {
        data_source_schemas: mapped(data_source_schemas, schema),
        provider: schema(provider),
        resource_schemas: mapped(resource_schemas, schema),
      },
    },
  };
}

function mapped(object, change) {
  return object && Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** Keys in order, absent ones gone. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

function report(old, fresh) {
  const was = attributesOf(old);
  const is = attributesOf(fresh);
  const changes = [
    ...[...is.keys()].filter((name) => !was.has(name)).map((name) => `+ ${name}`),
    ...[...was.keys()].filter((name) => !is.has(name)).map((name) => `- ${name}`),
    ...[...is].filter(([name, text]) => was.has(name) && was.get(name) !== text).map(([name]) => `~ ${name}`),
  ];
  for (const change of changes.sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1))) console.log(change);
  console.log(`${target}: provider ${version}, ${is.size} attributes and blocks, ${changes.length} changed`);
}

/** `resource_schemas.openstack_compute_instance_v2.name` and its JSON, for every attribute and block. */
function attributesOf({ provider_schemas: providers }) {
  const found = new Map();
  const walk = (path, { attributes = {}, block_types: blockTypes = {} }) => {
    for (const [name, attribute] of Object.entries(attributes)) found.set(`${path}.${name}`, JSON.stringify(attribute));
    for (const [name, { block, ...flags }] of Object.entries(blockTypes)) {
      found.set(`${path}.${name}`, JSON.stringify(flags));
      walk(`${path}.${name}`, block);
    }
  };
  for (const { provider, ...kinds } of Object.values(providers)) {
    walk('provider', provider.block);
    for (const [kind, schemas] of Object.entries(kinds)) {
      for (const [name, { block }] of Object.entries(schemas)) walk(`${kind}.${name}`, block);
    }
  }
  return found;
}

function readFacts(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeWhole(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

function fail(message, fix) {
  console.error(`error: ${message}.\n  fix: ${fix}.`);
  process.exit(1);
}
