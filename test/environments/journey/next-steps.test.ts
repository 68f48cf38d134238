import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextSteps } from '../../../environments/journey/next-steps.js';
import { parseErrorOf } from '../../support/parse-command.js';

const root = join(import.meta.dirname, '..', '..', '..');
const within = (folder: string) => ({
  environment: join(folder, 'env.sh'),
  assessment: join(folder, 'assessment'),
  mapping: join(folder, 'mapping.yaml'),
  terraform: join(folder, 'terraform'),
  certificate: join(folder, 'certificate'),
  allowedSigners: join(folder, 'allowed-signers'),
});
const more = {
  cwd: root,
  signer: 'journey@example.org',
  catalogs: { hive: 'source_journey_hive', iceberg: 'source_journey_iceberg' },
};
const text = nextSteps({ files: within(join(root, '.aws2openstack', 'journey')), ...more });
const commands = [...text.matchAll(/^ +(npx aws2openstack .+)$/gm)].map(([, command = '']) => command);

test('every command exists, with its options', async () => {
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) {
    // The address of Trino is in env.sh.
    const isWhole = !command.includes(' validate ');
    expect([command, await parseErrorOf(command.split(' ').slice(2), isWhole)]).toEqual([command, undefined]);
  }
});

test('docs/start.md has the same commands to look at the result', () => {
  const page = readFileSync(join(root, 'docs', 'start.md'), 'utf8');
  const shown = commands.filter((command) => /aws2openstack (dashboard|migrate status)/.test(command));
  expect(shown).toHaveLength(2);
  for (const command of shown) expect(page.replaceAll(/\s*\\\n\s*/g, ' ')).toContain(command);
});

test('paths elsewhere stay absolute', () => {
  expect(nextSteps({ files: within('/elsewhere/journey'), ...more })).toContain('source /elsewhere/journey/env.sh\n');
});
