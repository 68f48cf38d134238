import { describe, expect, test } from '@jest/globals';
import { linesNotPrinted, markedBlocks } from '../support/marked-blocks.js';

test('blocks with a mark are found, in order, and no others', () => {
  const page = [
    '# A page',
    '<!-- file: acme.yaml -->',
    '```yaml',
    'a: 1',
    '```',
    '```sh',
    'echo no',
    '```',
    '<!-- run -->',
    '```sh',
    'cat acme.yaml',
    '```',
    '<!-- prints -->',
    '```',
    'a: 1',
    '```',
  ].join('\n');
  expect(markedBlocks('a.md', page)).toEqual([
    { page: 'a.md', line: 2, mark: 'file', name: 'acme.yaml', text: 'a: 1\n' },
    { page: 'a.md', line: 9, mark: 'run', text: 'cat acme.yaml\n' },
    { page: 'a.md', line: 13, mark: 'prints', text: 'a: 1\n' },
  ]);
});

test.each([
  ['a mark without a block', '<!-- run -->\n\ntext\n```sh\nls\n```\n'],
  ['a file without a name', '<!-- file -->\n```\nx\n```\n'],
  ['a script with a name', '<!-- run: x -->\n```sh\nls\n```\n'],
])('%s is an error that names the line', (_what, page) => {
  expect(() => markedBlocks('a.md', page)).toThrow('a.md:1: ');
});

describe('an example of an output', () => {
  const output = 'Plan of eu-central-1\n\n  buckets      1   1\n  tables (5)   5   5\n';

  test.each([
    ['has some of its lines', 'Plan of eu-central-1\n'],
    ['has other blanks', 'buckets 1 1'],
    ['leaves out text', 'Plan of …\n…\ntables (…) 5 5'],
  ])('%s', (_how, example) => {
    expect(linesNotPrinted(example, output)).toEqual([]);
  });

  test('has a line that is not printed', () => {
    expect(linesNotPrinted('Plan of eu-central-1\nbuckets 2 1\ntables (. 5 5', output)).toEqual([
      'buckets 2 1',
      'tables (. 5 5',
    ]);
  });
});
