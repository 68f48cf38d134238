import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offlineTerraform } from '../tools/toolchain.js';

const require = createRequire(import.meta.url);
const home = join(import.meta.dirname, '..', '..', 'packages', 'provider-openstack');
const factsFile = join(home, 'schema', 'openstack-provider-3.4.0.schema.json');

interface Facts {
  readonly provider_schemas: Readonly<
    Record<string, { readonly resource_schemas: object; readonly data_source_schemas: object }>
  >;
}

describe('the bindings', () => {
  let resources: string[];
  let dataSources: string[];
  beforeAll(() => {
    const facts = JSON.parse(readFileSync(factsFile, 'utf8')) as Facts;
    const [only] = Object.values(facts.provider_schemas);
    resources = Object.keys(only?.resource_schemas ?? {});
    dataSources = Object.keys(only?.data_source_schemas ?? {});
  });

  test('have a module with a class for each of 108 resources and 61 data sources, and the provider', () => {
    expect([resources.length, dataSources.length]).toEqual([108, 61]);
    const wanted = [
      ...resources.map((name) => name.replace('openstack_', '')),
      ...dataSources.map((name) => `data_${name}`),
    ].map((name) => [name.replaceAll('_', '-'), className(name)] as const);
    const missing = wanted.filter(([module, name]) => !(name in moduleOf(module)));
    expect(missing).toEqual([]);
    expect(moduleOf('provider')).toHaveProperty('OpenstackProvider');
    const modules = readdirSync(join(home, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(modules.map(({ name }) => name).sort()).toEqual([...wanted.map(([module]) => module), 'provider'].sort());
  });

  test('know a resource under the type that Terraform knows', () => {
    const { NetworkingNetworkV2 } = moduleOf('networking-network-v2') as {
      NetworkingNetworkV2: { tfResourceType: string };
    };
    expect(NetworkingNetworkV2.tfResourceType).toBe('openstack_networking_network_v2');
  });

  test('have attributes that are named like words of the schema language', () => {
    // The facts had once lost every attribute whose name is `description`.
    const declarations = readFileSync(join(home, 'lib', 'networking-secgroup-v2', 'index.d.ts'), 'utf8');
    expect(declarations).toContain('readonly description?: string;');
  });

  test('are not made again when nothing changed', () => {
    const stamp = join(home, 'lib', '.made-from');
    const before = statSync(stamp).mtimeMs;
    const output = execFileSync(process.execPath, [join(home, 'scripts', 'generate.mjs')], { encoding: 'utf8' });
    expect(output).toBe('');
    expect(statSync(stamp).mtimeMs).toBe(before);
  });
});

describe('update-facts', () => {
  const script = join(home, 'scripts', 'update-facts.mjs');

  test('reproduces the committed facts, byte for byte, from the real provider', () => {
    const directory = mkdtempSync(join(tmpdir(), 'facts-test-'));
    try {
      const out = join(directory, 'facts.json');
      const options = { env: offlineTerraform(), encoding: 'utf8' } as const;
      const report = execFileSync(process.execPath, [script, '--out', out], options);
      expect(report).toMatch(/provider 3\.4\.0, \d{4} attributes and blocks, 0 changed\n$/);
      expect(readFileSync(out).equals(readFileSync(factsFile))).toBe(true);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('fails in one line and keeps the facts when the version does not exist', () => {
    const before = readFileSync(factsFile, 'utf8');
    const { status, stderr } = spawnSync(process.execPath, [script, '99.0.0'], {
      env: offlineTerraform(),
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('error: terraform could not read provider 99.0.0.');
    expect(stderr).not.toContain('    at ');
    expect(readFileSync(factsFile, 'utf8')).toBe(before);
  });
});

function moduleOf(name: string): object {
  return require(join(home, 'lib', name, 'index.js')) as object;
}

/** cdktf's rule: words joined, each with its first letter in upper case, and letters after digits too. */
function className(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/\d[a-z]/g, (pair) => pair.toUpperCase());
}
