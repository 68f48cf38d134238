import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-alerts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function promtool(...args: readonly string[]): string {
  return execFileSync('promtool', args, { cwd: folder, encoding: 'utf8' });
}

test("Prometheus' own tool accepts the alert rules, and they fire when they should", () => {
  // Paths in a test of rules are relative to it.
  copyFileSync(join(root, 'monitoring', 'prometheus', 'alerts.yaml'), join(folder, 'alerts.yaml'));
  copyFileSync(join(root, 'test', 'monitoring', 'prometheus', 'alerts.test.yaml'), join(folder, 'alerts.test.yaml'));
  expect(promtool('check', 'rules', 'alerts.yaml')).toMatch(/SUCCESS: \d+ rules found/);
  expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
});

test("Prometheus' own tool accepts every expression of the Grafana dashboard", () => {
  const { panels } = JSON.parse(readFileSync(join(root, 'monitoring', 'grafana', 'migration.json'), 'utf8')) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const rules = panels
    .flatMap(({ targets = [] }) => targets)
    // As Grafana does when all assessments are chosen.
    .map(({ expr }, index) => ({ record: `panel:${index}`, expr: expr.replaceAll('$assessment', '.*') }));
  // JSON is YAML.
  writeFileSync(join(folder, 'panels.yaml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  expect(promtool('check', 'rules', 'panels.yaml')).toContain(`SUCCESS: ${rules.length} rules found`);
});
