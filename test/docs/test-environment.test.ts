import { expect, test } from '@jest/globals';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { readSettings } from '../../environments/test-env/settings.js';

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];
const read = (path: string): string => readFileSync(path, 'utf8');

test('every target that the documents name is in the Makefile', () => {
  const targets = new Set([...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));
  const named = pages.flatMap((page) => [...read(page).matchAll(/(?:`|^)make ([a-z-]+)/gm)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !targets.has(name))).toEqual([]);
});

test('every code of a failure is in the troubleshooting page, and no other', () => {
  const sources = readdirSync('environments/test-env').map((name) => `environments/test-env/${name}`);
  const text = sources.map(read).join('\n');
  const codes = [...text.matchAll(/problem\(\s*'([a-z-]+)'/g)].map(([, code]) => code);
  const [, section = ''] = read('docs/troubleshooting.md').split('\n## The test environment\n');
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const explained = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
  );
  // Their messages need no explanation.
  const inner = ['bad-setting', 'no-generator', 'no-identity', 'no-such-lock', 'no-synth'];
  expect([...new Set(codes)].filter((code) => !inner.includes(code ?? '')).sort()).toEqual(
    [...new Set(explained)].sort(),
  );
});

test('every setting that the document names is one that is read', () => {
  const asked = new Set<string>();
  const values: Readonly<Record<string, string>> = { DATABASE_URL: 'postgresql://u:p@127.0.0.1/d' };
  const note = (_: object, name: string | symbol): string | undefined => {
    asked.add(String(name));
    return values[String(name)];
  };
  readSettings(new Proxy({}, { get: note }));
  const page = read('docs/test-environment.md');
  const table = page.slice(page.indexOf('## Settings')).split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/^\|.*?\|/gm)].flatMap(([cell]) => [...cell.matchAll(/`([A-Z0-9_]+)`/g)]);
  const names = named.map(([, name]) => name ?? '').filter((name) => name !== 'A2O_TEST_ENV_DIR');
  expect(names.length).toBeGreaterThan(7);
  expect(names.filter((name) => !asked.has(name))).toEqual([]);
});

test('on all resources the IAM policy allows only to get the identity and to list buckets, and it allows nothing in other regions', () => {
  const { Statement: statements } = JSON.parse(read('docs/iam/test-environment.json')) as {
    Statement: { Effect: string; Action?: string[]; Resource: string | string[]; Condition?: object }[];
  };
  const everywhere = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');
  expect(everywhere.flatMap(({ Action = [] }) => Action)).toEqual(['sts:GetCallerIdentity', 's3:ListAllMyBuckets']);
  expect(statements.flatMap(({ Action = [] }) => Action).filter((action) => /^\*|:\*$/.test(action))).toEqual([]);
  expect(statements.find(({ Effect }) => Effect === 'Deny')?.Condition).toEqual({
    StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' },
  });
});
