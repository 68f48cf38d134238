import { posix } from 'node:path';

/**
 * The file that a link of a page names, as a path below the repository such as `examples/waves/waves.yaml`. Undefined for
 * addresses, for anchors of the page itself, and for what lies outside the repository.
 */
export function linkedFile(page: string, href: string): string | undefined {
  const [path = ''] = href.split(/[?#]/);
  if (path === '' || path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path)) return undefined;
  const file = posix.join(posix.dirname(page), decodeURIComponent(path));
  return file.startsWith('../') ? undefined : file;
}
