import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

const rowsOf = (page: string): string[] =>
  readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
const codesOf = (row: string): string[] =>
  [...(row.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, code = '']) => code);

test('every code that the page on troubleshooting explains is one that the toolkit reports', () => {
  const headings = readFileSync('docs/diagnostics.md', 'utf8').matchAll(/^### (.+)$/gm);
  const reported = new Set([...headings].map(([, code]) => code));
  const explained = rowsOf('docs/troubleshooting.md').flatMap(codesOf);
  expect(explained.length).toBeGreaterThan(60);
  expect(explained.filter((code) => !reported.has(code))).toEqual([]);
});

test('the page on operating has every alert, and no other', () => {
  const alerts = [...readFileSync('monitoring/prometheus/alerts.yaml', 'utf8').matchAll(/- alert: (\w+)/g)].map(
    ([, name]) => name,
  );
  const explained = rowsOf('docs/operating.md').flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(Aws2openstack\w+)`/g)].map(([, name]) => name),
  );
  expect(alerts.length).toBeGreaterThan(5);
  expect(explained.sort()).toEqual(alerts.sort());
});
