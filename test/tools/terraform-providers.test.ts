import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offlineTerraform, terraformCliConfig, tofuBinary } from './toolchain.js';

const root = join(import.meta.dirname, '..', '..');
const build = join(root, 'tools', 'terraform-providers', 'build.sh');
const schemaFolder = join(root, 'packages', 'provider-openstack', 'schema');

interface Block {
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly block_types?: Readonly<Record<string, { readonly block: Block } & Readonly<Record<string, unknown>>>>;
}
interface Schema {
  readonly version: number;
  readonly block: Block;
}
interface ProviderSchema {
  readonly provider: Schema;
  readonly resource_schemas: Readonly<Record<string, Schema>>;
  readonly data_source_schemas: Readonly<Record<string, Schema>>;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mirror-test-'));
  const openstack = { source: 'terraform-provider-openstack/openstack', version: '~> 3.4' };
  writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: { openstack } } }));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.each([
  ['terraform', () => 'terraform'],
  ['OpenTofu', tofuBinary],
])('%s, without a network', (_name, binary) => {
  test('installs the real provider from the mirror', () => {
    rmSync(join(directory, '.terraform'), { recursive: true, force: true });
    rmSync(join(directory, '.terraform.lock.hcl'), { force: true });
    expect(run(binary(), 'init', '-no-color')).toContain('terraform-provider-openstack/openstack v3.4.0');
  });

  test('reads from it the same names, types and flags as the committed schema facts', () => {
    const real = providerSchema(run(binary(), 'providers', 'schema', '-json'));
    const facts = providerSchema(readFileSync(join(schemaFolder, readdirSync(schemaFolder)[0] ?? ''), 'utf8'));
    const described = describeSchema(real);
    expect(described.length).toBeGreaterThan(2000);
    expect(describeSchema(facts)).toEqual(described);
  });
});

test('a second build does nothing and prints the same path', () => {
  const before = statSync(terraformCliConfig()).mtimeMs;
  expect(execFileSync(build, { encoding: 'utf8' }).trim()).toBe(terraformCliConfig());
  expect(statSync(terraformCliConfig()).mtimeMs).toBe(before);
});

test('a mirror that is not built is a clear error with the command that builds it', () => {
  const result = spawnSync(build, ['--check'], { env: { ...process.env, A2O_CACHE_DIR: directory }, encoding: 'utf8' });
  expect(result.status).toBe(1);
  expect(result.stderr).toBe('error: the provider mirror of this checkout is not built.\n  fix: make toolchain\n');
});

function run(binary: string, ...args: string[]): string {
  const options = { cwd: directory, env: offlineTerraform(), encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  return execFileSync(binary, args, options);
}

function providerSchema(json: string): ProviderSchema {
  const { provider_schemas: providers } = JSON.parse(json) as { provider_schemas: Record<string, ProviderSchema> };
  const [only] = Object.values(providers);
  if (only === undefined) throw new Error('no provider in the schema');
  return only;
}

/** One line for every attribute and block: its path, its type, its flags. */
function describeSchema({
  provider,
  resource_schemas: resources,
  data_source_schemas: data,
}: ProviderSchema): string[] {
  const lines: string[] = [];
  const walk = (path: string, { attributes = {}, block_types: blocks = {} }: Block): void => {
    for (const [name, { type, required, optional, computed, sensitive }] of Object.entries(attributes)) {
      lines.push(`${path}.${name} ${JSON.stringify({ type, required, optional, computed, sensitive })}`);
    }
    for (const [name, { block, nesting_mode: nesting, min_items: min, max_items: max }] of Object.entries(blocks)) {
      lines.push(`${path}.${name} ${JSON.stringify({ nesting, min, max })}`);
      walk(`${path}.${name}`, block);
    }
  };
  walk('provider', provider.block);
  for (const [name, { version, block }] of Object.entries(resources)) walk(`resource ${name} ${version}`, block);
  for (const [name, { version, block }] of Object.entries(data)) walk(`data ${name} ${version}`, block);
  return lines.sort();
}
