import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { completedCommands } from '../../cli/completion/completed-commands.js';
import { programOf } from '../../cli/program.js';
import { cli } from '../support/run-cli.js';

/** What CONTRIBUTING.md, 'Our English', forbids, as far as a pattern can find it. */
const patterns: readonly (readonly [string, RegExp])[] = [
  ["'is no' for 'is not a'", /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b)\w+/i],
  ['a question word as the subject', /(?:^|[.;:!|>] |\| )(?:What|Who|Whoever|Whatever) [a-z][^.?|]*(?=[.|]|$)/],
  ["'To who'", /\bTo whom?\b/],
  ['a fix without a name', /\b(?:Choose|Use|Merge|Take) (?:one|some|any) of (?:these|those|them)\b/],
  ["'not whole' for 'incomplete'", /\b(?:is|are) not whole\b/i],
];

/** The rule that each line breaks, with the text. */
function foundIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) =>
    patterns.flatMap(([rule, pattern]) => {
      const [found] = pattern.exec(line) ?? [];
      return found === undefined ? [] : [`${rule}: ${found}`];
    }),
  );
}

function withoutCode(page: string): string {
  return page.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');
}

// CONTRIBUTING.md shows what is forbidden.
const pages = globSync(['{README,SECURITY,CHANGELOG}.md', 'docs/*.md', 'docs/{adr,waves}/*.md']);

test.each(pages)('%s, with every message in it, is plain English', (page) => {
  expect(foundIn(withoutCode(readFileSync(page, 'utf8')))).toEqual([]);
});

describe('--help is plain English', () => {
  const program = programOf({ stdout: process.stdout, stderr: process.stderr, env: {} }, () => undefined);
  const paths = completedCommands(program)
    .map(({ path }) => path)
    .filter((path) => !/(^| )help$/.test(path));

  test.each(paths)('%s', async (path) => {
    const { stdout } = await cli([...path.split(' ').filter((word) => word !== ''), '--help']);
    expect(stdout.length).toBeGreaterThan(200);
    expect(foundIn(stdout)).toEqual([]);
  });
});

test('a text that breaks a rule is found', () => {
  const texts = [
    "'x' is no whole number of 1 to 9.",
    'The job is done. What is left is copied later.',
    'To who names no server Trino shows a certificate.',
    'Choose one of these.',
    'The Terraform is not whole.',
  ];
  expect(texts.map((text) => foundIn(text).length)).toEqual([1, 1, 1, 1, 1]);
  for (const text of [
    'There is no lock.',
    'It is no longer there.',
    'What is left?',
    'Set `target.image` to one of them.',
  ])
    expect(foundIn(text)).toEqual([]);
});
