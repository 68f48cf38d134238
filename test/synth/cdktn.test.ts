import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { run } from '../support/terraform.js';

// The way to cdktn (docs/adr/0001): the same compiled app, in a copy where the package `cdktf` is cdktn.
const stacks = ['lakehouse', 'lakehouse-storage'];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-cdktn-'));
  const copy = join(folder, 'copy');
  for (const name of ['dist', 'package.json']) cpSync(name, join(copy, name), { recursive: true });
  linkPackages(join(copy, 'node_modules'));
  writeFileSync(
    join(folder, 'lake.json'),
    JSON.stringify(
      assessmentWith([
        table('sales.orders'),
        table('sales.customers', { format: 'ICEBERG' }),
        table('logs.hits', { location: 's3://logs/' }),
      ]),
    ),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Every package of this checkout by link, but cdktf, and the bindings, which must find the other cdktf. */
function linkPackages(target: string): void {
  mkdirSync(join(target, '@cdktf'), { recursive: true });
  for (const name of readdirSync('node_modules').filter((one) => !['cdktf', 'cdktn', '@cdktf', '.bin'].includes(one))) {
    symlinkSync(realpathSync(join('node_modules', name)), join(target, name));
  }
  symlinkSync(realpathSync('node_modules/cdktn'), join(target, 'cdktf'));
  cpSync('packages/provider-openstack', join(target, '@cdktf', 'provider-openstack'), {
    recursive: true,
    filter: (path) => !path.includes('/generated'),
  });
}

async function resourcesOf(app: string, topology: string): Promise<unknown[]> {
  const out = join(folder, `${app === '.' ? 'cdktf' : 'cdktn'}-${topology}`);
  const mapping = join(folder, `${topology}.yaml`);
  writeFileSync(
    mapping,
    `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\ntarget: { topology: ${topology} }\n`,
  );
  const { code, output } = await run('node', ['dist/main.js'], {
    cwd: app,
    env: { CDKTF_OUTDIR: out, A2O_ASSESSMENT: join(folder, 'lake.json'), A2O_MAPPING: mapping },
  });
  expect({ code, output }).toMatchObject({ code: 0 });
  return stacks.map((stack) => {
    const { '//': comment, ...terraform } = JSON.parse(
      readFileSync(join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8'),
    ) as { '//': { metadata: { version: string } } };
    return { ...terraform, usesCdktn: comment.metadata.version.startsWith('0.24') };
  });
}

test.each(['small', 'standard'])(
  'cdktn 0.24 synthesizes the same resources (%s)',
  async (topology) => {
    const now = await resourcesOf('.', topology);
    const next = await resourcesOf(join(folder, 'copy'), topology);
    expect(now).toEqual(next.map((stack) => ({ ...(stack as object), usesCdktn: false })));
    expect(next).toEqual(stacks.map(() => expect.objectContaining({ usesCdktn: true })));
  },
  120_000,
);
