import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { renderUserData } from '../../../constructs/server/render-user-data.js';

const text = renderUserData();
const config = parse(text) as { write_files: { path: string; content: string }[]; runcmd: string[][] };

test('it is cloud-config that waits for the application credential', () => {
  expect(text.startsWith('#cloud-config\n')).toBe(true);
  const path = config.write_files.find((file) => file.path.endsWith('a2o-bootstrap.path'));
  expect(path?.content).toContain('PathExists=/etc/aws2openstack/clouds.yaml');
  expect(config.runcmd.at(-1)).toEqual(['systemctl', 'enable', '--now', 'a2o-bootstrap.path', 'a2o-poll.timer']);
});

test('Terraform reads nothing of it as a template, and Nova takes its size', () => {
  expect(text).not.toMatch(/[$%]\{/);
  expect(Buffer.from(text).toString('base64').length).toBeLessThan(65_535);
});
