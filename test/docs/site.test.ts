import { describe, expect, test } from '@jest/globals';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { addressesElsewhere, problemsOf } from '../../scripts/docs-site/check-site.js';
import { linkedFile } from '../../scripts/docs-site/linked-file.js';

interface Group {
  readonly title: string;
  readonly pages: Readonly<Record<string, string>>;
}

test('the site has every page of docs/ once, and only pages that exist', () => {
  const groups = JSON.parse(readFileSync('tools/docs-site/order.json', 'utf8')) as readonly Group[];
  const ordered = groups.flatMap(({ pages }) => Object.keys(pages));
  expect(new Set(ordered).size).toBe(ordered.length);
  expect(ordered.filter((page) => !existsSync(page))).toEqual([]);
  expect(globSync('docs/**/*.md').filter((page) => !ordered.includes(page))).toEqual([]);
});

test.each([
  ['docs/cutover.md', '../examples/cutover/cutover.yaml', 'examples/cutover/cutover.yaml'],
  ['docs/waves/runbook.md', 'sources.md#azure', 'docs/waves/sources.md'],
  ['docs/state.md', 'a%20b.md?x#y', 'docs/a b.md'],
  ['CONTRIBUTING.md', 'LICENSE', 'LICENSE'],
  ['docs/state.md', '#roles', undefined],
  ['docs/state.md', 'https://acme.example/state.md', undefined],
  ['docs/state.md', 'mailto:ada@acme.example', undefined],
  ['docs/state.md', '/docs/state', undefined],
  ['docs/state.md', '../../elsewhere.md', undefined],
])('on %s, the link %s names the file %s', (page, href, file) => {
  expect(linkedFile(page, href)).toBe(file);
});

describe('the check of the built site', () => {
  const page = (body: string): ReadonlyMap<string, string | null> =>
    new Map([
      ['index.html', '<h1 id="top">Home</h1>'],
      ['docs/start.html', body],
      ['docs/two.html', '<h2 class="x" id="größe">Size</h2>'],
      ['docs/iam/assess.json', null],
    ]);

  test.each([
    ['a page beside it', '<a href="two.html">2</a>'],
    ['a page by its path on the server', '<a class="x" href="/base/docs/two.html#gr%C3%B6%C3%9Fe">2</a>'],
    ['the start page', '<a href="/base/">home</a> <a href="../index.html#top">home</a>'],
    ['a heading of its own', '<h2 id="a&amp;b">A</h2><a href="#a&amp;b">A</a>'],
    ['a file', '<a href="iam/assess.json">policy</a>'],
    ['another server', '<a href="https://acme.example/x#y">elsewhere</a> <a href="mailto:a@b.example">mail</a>'],
    ['its own images and scripts', '<img src="/base/assets/x.png"><link rel="icon" href="data:,">'],
  ])('a link to %s is right', (_what, body) => {
    expect(problemsOf(page(body), '/base/')).toEqual([]);
  });

  test.each([
    ['a page that does not exist', '<a href="three.html">3</a>', 'the link three.html leads nowhere.'],
    ['a heading that does not exist', '<a href="two.html#size">3</a>', 'the link two.html#size leads nowhere.'],
    ['a path outside of the site', '<a href="/docs/two.html">2</a>', 'the link /docs/two.html leads nowhere.'],
    ['a folder without a page', '<a href="iam/">iam</a>', 'the link iam/ leads nowhere.'],
    [
      'a script of another server',
      '<script async src="https://cdn.example/x.js"></script>',
      'https://cdn.example/x.js would be loaded from another server.',
    ],
    ['a font of another server', '<link href="//fonts.example/x" rel="stylesheet">', '//fonts.example/x would be'],
  ])('%s is a problem', (_what, body, problem) => {
    expect(problemsOf(page(body), '/base/')).toEqual([expect.stringContaining(`docs/start.html: ${problem}`)]);
  });

  test('addresses on other servers are listed, each once', () => {
    const site = page('<a href="https://b.example">b</a> <a href="two.html">2</a> <a href="mailto:x@y.example">x</a>');
    const more = new Map([
      ...site,
      ['more.html', '<a href="https://a.example/x?y&amp;z">a</a> <a href="https://b.example">b</a>'],
    ]);
    expect(addressesElsewhere(more)).toEqual(['https://a.example/x?y&z', 'https://b.example']);
  });

  test('a style sheet that loads from another server is a problem', () => {
    const site = new Map([['assets/style.css', 'a{b:url("https://cdn.example/f.woff2")} @import "x.css";']]);
    expect(problemsOf(site, '/')).toEqual([expect.stringContaining('https://cdn.example/f.woff2')]);
  });
});
