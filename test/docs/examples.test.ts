import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { cli } from '../support/run-cli.js';
import { load } from '../support/templates.js';

const readme = readFileSync('README.md', 'utf8');

test('the template in the README is valid', () => {
  const [template = ''] = /(?<=```yaml\n)[\s\S]*?(?=```)/.exec(readme) ?? [];
  expect(load(template)).toMatchObject({ ok: true, value: { name: 'acme', lineage: ['acme', 'default'] } });
});

test('every template in the page on mapping templates is valid', () => {
  const page = readFileSync('docs/mapping-templates.md', 'utf8');
  const templates = [...page.matchAll(/(?<=```yaml\n)[\s\S]*?(?=```)/g)].map(([text]) => text);
  expect(templates.length).toBeGreaterThan(0);
  for (const template of templates) expect(load(template)).toMatchObject({ ok: true });
});

describe('examples of --help run on files like those that they name', () => {
  test.each([['plan'], ['explain'], ['mappings check'], ['mappings list'], ['mappings show'], ['mappings schema']])(
    '%s',
    async (command) => {
      const folder = mkdtempSync(join(tmpdir(), 'a2o-example-'));
      try {
        const report = join(folder, 'glue-catalog-assessment.json');
        writeFileSync(report, JSON.stringify(assessmentWith([table('test_analytics.sales_data')])));
        const acme = join(folder, 'acme.yaml');
        writeFileSync(
          acme,
          'apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: ceph-team-databases\n',
        );
        const { stdout } = await cli([...command.split(' '), '--help']);
        const examples = [...stdout.matchAll(/\$ aws2openstack (.*)/g)].map(([, example = '']) => example);
        expect(examples.length).toBeGreaterThan(0);
        for (const example of examples) {
          const args = example
            .replace(/ >.*/, '')
            .split(' ')
            .map((arg) => (arg === 'out/demo' ? folder : arg === 'mappings/acme.yaml' ? acme : arg));
          expect(await cli(args)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error: ') });
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
