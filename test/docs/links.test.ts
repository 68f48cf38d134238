import { expect, test } from '@jest/globals';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'packages/*/*.md'], { cwd: root });

/** The anchors that GitHub makes of a document's headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].flatMap(([, heading]) => heading ?? []);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test.each(documents)('every link of %s leads to a file of the project, and to a heading in it', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  const broken = links.filter(([, path = '', anchor]) => {
    const target = path === '' ? join(root, document) : join(root, dirname(document), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

// .aws2openstack is there only where somebody has run an environment.
const folders = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== '.aws2openstack' ? entry.name : [],
);

test.each(documents)('every file of the project that %s names in code exists', (document) => {
  const spans = [...readFileSync(join(root, document), 'utf8').matchAll(/`([\w.-]+)(\/[\w./-]+\.[a-z]+)`/g)];
  const missing = spans.filter(
    ([, folder = '', path = '']) =>
      folders.includes(folder) &&
      ![root, join(root, dirname(document))].some((from) => existsSync(join(from, folder, path))),
  );
  expect(missing.map(([span]) => span)).toEqual([]);
});

test('README leads to every document that people read', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const reachable = new Set<string>();
  const follow = (document: string): void => {
    if (reachable.has(document) || !document.endsWith('.md') || !existsSync(join(root, document))) return;
    reachable.add(document);
    const text = document === 'README.md' ? readme : readFileSync(join(root, document), 'utf8');
    for (const [, path = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]+)/g))
      follow(relative(root, join(root, dirname(document), path)));
  };
  follow('README.md');
  expect(documents.filter((document) => /^(docs\/|[A-Z])/.test(document) && !reachable.has(document))).toEqual([]);
});

test('every address on the web is one of HTTPS, complete and without a user', () => {
  const addresses = documents.flatMap((document) =>
    [...readFileSync(join(root, document), 'utf8').matchAll(/\]\((https?:[^)\s]*)/g)].map(
      ([, address = '']) => [document, address] as const,
    ),
  );
  expect(addresses.length).toBeGreaterThan(5);
  const malformed = addresses.filter(([, address]) => {
    const url = URL.parse(address);
    return url?.protocol !== 'https:' || !url.hostname.includes('.') || url.username !== '' || /[.,;:]$/.test(address);
  });
  expect(malformed).toEqual([]);
});
