import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { questions } from '../../monitoring/questions/index.js';
import { withQuestions } from '../../scripts/question-list.js';

const page = readFileSync('docs/mcp.md', 'utf8');

test('docs/mcp.md lists every tool with its arguments (`npm run docs:questions`)', () => {
  expect(page).toBe(withQuestions(page, questions));
});

test('the example questions name tools that exist', () => {
  const [, examples = ''] = /## Example questions\n([\s\S]*?)\n## /.exec(page) ?? [];
  const tools = [...examples.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name]) => name);
  expect(tools.length).toBeGreaterThan(8);
  expect(tools.filter((name) => !questions.some((question) => question.name === name))).toEqual([]);
});

test('the configurations are JSON that starts `aws2openstack mcp`', () => {
  const blocks = [...page.matchAll(/(?<=```json\n)[\s\S]*?(?=```)/g)].map(([text]) => JSON.parse(text) as object);
  const servers = blocks.flatMap((block) => Object.values(block) as Record<string, unknown>[]);
  expect(servers).toHaveLength(2);
  for (const { aws2openstack } of servers)
    expect(aws2openstack).toMatchObject({ command: 'aws2openstack', args: ['mcp'] });
});
