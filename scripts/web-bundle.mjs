// The dashboard's page: one script, what it loads later, one style sheet. Other tools compile nothing of that folder.
import { build as bundle } from 'esbuild';
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { licencesOf } from './licences/texts.mjs';

const root = join(import.meta.dirname, '..');
export const webFolder = 'monitoring/dashboard/web';

/** Content by path below dist/. */
export async function webFiles() {
  const { outputFiles, metafile } = await bundle({
    entryPoints: { app: join(root, webFolder, 'main.tsx') },
    bundle: true,
    splitting: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: join(root, 'dist', webFolder),
    chunkNames: 'chunk-[hash]',
    legalComments: 'eof',
    metafile: true,
    absWorkingDir: root,
  });
  const copied = ['index.html', 'app.css', 'icon.svg'].map((name) => [
    `${webFolder}/${name}`,
    readFileSync(join(root, webFolder, name)),
  ]);
  const bundled = outputFiles.map(({ path, contents }) => {
    const licences = licencesOf(Object.keys(metafile.outputs[relative(root, path)].inputs));
    return [`${webFolder}/${basename(path)}`, Buffer.concat([contents, Buffer.from(licences)])];
  });
  return [...bundled, ...copied];
}
