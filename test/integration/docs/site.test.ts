import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const site = 'out/docs-site';

// The build fails at a link that leads nowhere; test/docs/site.test.ts has the cases.
test('the documentation builds as a site that has every page, in its order', () => {
  const { status, stdout, stderr } = spawnSync(join('tools', 'docs-site', 'build.sh'), { encoding: 'utf8' });
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  const order = JSON.parse(readFileSync('tools/docs-site/order.json', 'utf8')) as readonly {
    readonly pages: Readonly<Record<string, string>>;
  }[];
  const pages = order
    .flatMap(({ pages: ofGroup }) => Object.keys(ofGroup))
    .map((page) => page.replace(/\.md$/, '.html'));
  expect(pages.filter((page) => !existsSync(join(site, page)))).toEqual([]);
  const start = readFileSync(join(site, 'docs', 'start.html'), 'utf8');
  const sidebar = start.slice(start.indexOf('<nav class="nav"'));
  const places = pages.map((page) => sidebar.indexOf(`href="/${page}"`));
  expect(pages.filter((_, index) => places[index] === -1)).toEqual([]);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
}, 300_000);
