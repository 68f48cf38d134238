import { cpSync, existsSync, globSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { addressesElsewhere, problemsOf } from '../../../scripts/docs-site/check-site.ts';
import { linkedFile } from '../../../scripts/docs-site/linked-file.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(import.meta.url);
const base = process.env.A2O_DOCS_BASE || '/';
const groups = JSON.parse(readFileSync(join(root, 'tools', 'docs-site', 'order.json'), 'utf8'));
const start = 'tools/docs-site/index.md';
const pages = new Set(groups.flatMap((group) => Object.keys(group.pages)));

/** Files that pages link to and that are not pages themselves, by their paths in the site. */
const attached = new Map();

export default defineConfig({
  title: 'aws2openstack',
  description: 'Moves an AWS data lake to an OpenStack lakehouse and proves that nothing was lost.',
  lang: 'en',
  base,
  // Pages have the paths that they have in the repository, so that their links to one another hold in both.
  srcDir: root,
  srcExclude: foldersAndFilesBesidesPages(),
  rewrites: { [start]: 'index.md' },
  outDir: join(root, 'out', 'docs-site'),
  cacheDir: join(root, 'out', 'docs-site-cache'),
  vite: { plugins: [packagesOfThisFolder()] },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    // The anchors that GitHub makes, for which the links are written.
    anchor: { slugify: (heading) => slug(heading) },
    attrs: { disable: true },
    config: asOnGitHub,
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/docs/start' },
      { text: 'Installing', link: '/docs/installing' },
      { text: 'Concepts', link: '/docs/concepts' },
      { text: 'Tour', link: '/docs/tour' },
      { text: 'Operating', link: '/docs/operating' },
      { text: 'Troubleshooting', link: '/docs/troubleshooting' },
      { text: 'Codes', link: '/docs/diagnostics' },
    ],
    sidebar: groups.map(({ title, pages }) => ({
      text: title,
      collapsed: ['Reference', 'On one machine', 'Developing'].includes(title),
      items: Object.entries(pages).map(([path, text]) => ({ text, link: `/${path.replace(/\.md$/, '')}` })),
    })),
  },
  transformPageData(page) {
    // Its letters; with its codes, the list would be longer than the window.
    if (page.relativePath === 'docs/diagnostics.md') page.frontmatter.outline = 2;
  },
  buildEnd({ outDir }) {
    for (const [path, file] of attached) {
      mkdirSync(join(outDir, dirname(path)), { recursive: true });
      cpSync(join(root, file), join(outDir, path));
    }
    cpSync(require.resolve('mermaid/dist/mermaid.min.js'), join(outDir, 'assets', 'mermaid.min.js'));
    const files = globSync('**/*', { cwd: outDir }).filter((path) => statSync(join(outDir, path)).isFile());
    const site = new Map(
      files.map((path) => [path, /\.(html|css)$/.test(path) ? readFileSync(join(outDir, path), 'utf8') : null]),
    );
    const problems = problemsOf(site, base);
    if (problems.length > 0) throw new Error(`The site is not whole:\n  ${problems.join('\n  ')}`);
    console.log(`Links to other servers, not followed:\n  ${addressesElsewhere(site).join('\n  ')}`);
  },
});

/** Pages lie outside of this folder, so that what their code imports would not be found from where they are. */
function packagesOfThisFolder() {
  return {
    name: 'packages-of-this-folder',
    enforce: 'pre',
    resolveId(source, importer, options) {
      if (!/^(vue|vitepress)(\/|$)/.test(source) || !/\.md(\?|$)/.test(importer ?? '')) return null;
      return this.resolve(source, fileURLToPath(import.meta.url), { ...options, skipSelf: true });
    },
  };
}

function foldersAndFilesBesidesPages() {
  const tops = new Set([...pages].map((page) => page.split('/')[0]));
  const others = readdirSync(root).filter((name) => name !== 'tools' && !tops.has(name));
  return [...others.flatMap((name) => [name, `${name}/**`]), 'tools/!(docs-site)/**'];
}

/** Makes markdown-it read the pages as GitHub does. */
function asOnGitHub(md) {
  md.core.ruler.disable('emoji', true);
  // Addresses in texts and messages are examples; what leads somewhere is written as a link.
  md.set({ linkify: false });

  // Vue would evaluate what stands between two braces.
  for (const name of ['text', 'code_inline']) {
    const render = md.renderer.rules[name];
    md.renderer.rules[name] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'mermaid'
      ? `<pre class="mermaid" v-pre>${md.utils.escapeHtml(tokens[index].content)}</pre>\n`
      : fence(tokens, index, ...rest);

  md.core.ruler.push('attached_files', ({ tokens, env }) => {
    const page = env.relativePath === 'index.md' ? start : env.relativePath;
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const file = token.type === 'link_open' ? linkedFile(page, token.attrGet('href')) : undefined;
      if (file === undefined || pages.has(file)) continue;
      if (!existsSync(join(root, file)) || statSync(join(root, file)).isDirectory())
        throw new Error(`${page} links to ${file}, which is neither a page of order.json nor another file.`);
      // GitHub Pages leaves out folders whose names begin with a dot.
      const path = `files/${file.replaceAll(/(^|\/)\./g, '$1')}`;
      attached.set(path, file);
      token.attrSet('href', base + path);
      // Not a page: the browser shows the file.
      token.attrSet('target', '_self');
    }
  });
}
