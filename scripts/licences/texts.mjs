// Licences want to go where the packages go: what is bundled carries them at its end.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** A comment for each package of these files, which are named from the root of the project. */
export function licencesOf(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...folders]
    .sort()
    .map((folder) => `\n/*! ${folder}\n\n${textsIn(folder).replaceAll('*/', '* /')}*/\n`)
    .join('');
}

/** The folders of packages whose licences a bundle carries. */
export function packagesNamedIn(bundle) {
  return [...bundle.matchAll(/^\/\*! ([^\n]*node_modules\/[^\n]+)$/gm)].map(([, folder]) => folder);
}

/** Some packages only name their licence. */
function textsIn(folder) {
  const files = globSync('{LICENSE,LICENCE,license,NOTICE}{,.md,.txt}', { cwd: join(root, folder) }).sort();
  if (files.length > 0)
    return files.map((file) => `${readFileSync(join(root, folder, file), 'utf8').trimEnd()}\n`).join('\n');
  const { license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (license === undefined) throw new Error(`${folder} names no licence`);
  return `${license}\n`;
}
