import { expect, jest, test } from '@jest/globals';

jest.unstable_mockModule('@myriaddreamin/typst-ts-node-compiler', () => {
  throw new Error('Cannot find native binding.\nMore lines');
});

test('where Typst has no program for the platform, the report says so and how to do without', async () => {
  const { cli } = await import('../support/run-cli.js');
  const { code, stdout, stderr } = await cli(['report', '--assessment', 'examples/demo', '--output', '/nonexistent']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('(Cannot find native binding.). [pdf-engine-missing]');
  expect(stderr).toContain('--format markdown');
});
