import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateSetting } from '../../mappings/index.js';

test('a setting is where a person changes it: in a template of theirs, never in one that came with the tool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-locate-'));
  const template = (name: string, base: string, target: string): string => {
    const file = join(folder, `${name}.yaml`);
    const head = `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: ${name} }\nextends: ${base}\n`;
    writeFileSync(file, `${head}target:\n${target}`);
    return file;
  };
  const company = template('company', 'default', '  image: debian-12\n');
  const own = template('own', './company.yaml', '  region: r1\n  sizing:\n    load: { peakCpus: 200 }\n');
  expect(locateSetting(own, 'target.region')).toEqual({ file: own, line: 6, column: 11 });
  expect(locateSetting(own, 'target.image')).toEqual({ file: company, line: 6, column: 10 });
  expect(locateSetting(own, 'target.sizing.trinoWorkers')).toEqual({ file: own, line: 8, column: 5 });
  expect(locateSetting(own, 'target.topology')).toMatchObject({ file: own, line: 6 });
  expect(locateSetting('default', 'target.topology')?.file).toBe('<built-in>/default.yaml');
  rmSync(folder, { recursive: true });
});
