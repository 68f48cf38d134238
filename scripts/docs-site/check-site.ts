import { posix } from 'node:path';

/** The files of a built site by their paths, such as `docs/start.html`: the text of pages and style sheets, else null. */
export type Site = ReadonlyMap<string, string | null>;

/**
 * The problems with the links of a built site, a line for each: links that lead to no file or to no heading, and what a
 * page would load from another server.
 *
 * @param base the path of the site on its server, such as `/` or `/aws2openstack/`
 */
export function problemsOf(site: Site, base: string): string[] {
  const anchors = new Map([...site].map(([path, text]) => [path, text === null ? undefined : anchorsOf(text)]));
  return [...site].flatMap(([path, text]) => {
    if (text === null) return [];
    const isPage = path.endsWith('.html');
    const loaded = (isPage ? loadedByPage(text) : loadedByStyles(text)).filter(isElsewhere);
    const dead = (isPage ? links(text) : []).filter((href) => !isElsewhere(href) && !leadsSomewhere(path, href));
    return [
      ...new Set([
        ...dead.map((href) => `${path}: the link ${href} leads nowhere.`),
        ...loaded.map((address) => `${path}: ${address} would be loaded from another server.`),
      ]),
    ];
  });

  function leadsSomewhere(page: string, href: string): boolean {
    const [, path = '', fragment = ''] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(href) ?? [];
    const target = path === '' ? page : locate(page, decodeURIComponent(path));
    if (target === undefined || !anchors.has(target)) return false;
    return fragment === '' || anchors.get(target)?.has(decodeURIComponent(fragment)) === true;
  }

  function locate(page: string, path: string): string | undefined {
    if (path.startsWith('/') && !path.startsWith(base)) return undefined;
    const target = path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(page), path);
    return target === '' || target.endsWith('/') ? `${target}index.html` : target;
  }
}

/** The addresses on other servers that the pages link to, sorted, each once. They are not asked for. */
export function addressesElsewhere(site: Site): string[] {
  const pages = [...site].flatMap(([path, text]) => (path.endsWith('.html') && text !== null ? [text] : []));
  return [...new Set(pages.flatMap(links).filter((href) => /^https?:/i.test(href)))].sort();
}

function isElsewhere(address: string): boolean {
  return /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(address) && !address.startsWith('data:');
}

const anchorsOf = (html: string): ReadonlySet<string> => new Set(valuesOf(html, /<[^>]*?\sid="([^"]*)"/g));
const links = (html: string): string[] => valuesOf(html, /<a\b[^>]*?\shref="([^"]*)"/g);
const loadedByPage = (html: string): string[] => [
  ...valuesOf(html, /<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc="([^"]*)"/g),
  ...valuesOf(html, /<link\b[^>]*?\shref="([^"]*)"/g),
];
const loadedByStyles = (css: string): string[] => [
  ...valuesOf(css, /url\(\s*["']?([^"')\s]*)/g),
  ...valuesOf(css, /@import\s*["']([^"']*)/g),
];

function valuesOf(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, value = '']) =>
    value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&'),
  );
}
