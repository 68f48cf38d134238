// `npm run build`: compiles the product to dist/ and copies the files that it reads at run time. Types are checked by
// `npm run typecheck`. Checks of input are written beside the sources, too, which the tests run. Each file is renamed into place, and left alone when unchanged, so a build does not disturb another
// build or a command that is running.
import { transformFile } from '@swc/core';
import { build as bundle } from 'esbuild';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { licencesOf } from './licences/texts.mjs';
import { compiledSchemas } from './validators.mjs';
import { webFiles, webFolder } from './web-bundle.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

const folders =
  '{core,clients,papers,assessments,registration,constructs,mappings,openstack,state,migration,validation,waves,stacks,monitoring,cli}';
/** They carry their packages of these names in them, which start three times as fast and need not be installed. */
const bundled = { files: ['monitoring/mcp/server.ts'], packages: /^(@modelcontextprotocol|zod)(\/|$)/ };

/** Bundled for Lambda alone, whose runtime has the AWS SDK. */
const lambda = { sources: 'waves/aws', handlers: 'waves/aws/handlers', output: 'lambda' };

/** Jest calls it, too, before the first test. */
export default async function build() {
  const isOfWeb = (path) => path.startsWith(`${webFolder}/`);
  const sources = find(`${folders}/**/*.ts`, 'main.ts', 'test-env.ts').filter(
    (path) => !isOfWeb(path) && !path.startsWith(`${lambda.sources}/`),
  );
  // Without an assessment, the app synthesizes the demo.
  const assets = find(`${folders}/**/*.{json,yaml,sql,py,sh,typ}`, 'examples/demo/*').filter((path) => !isOfWeb(path));
  const compiled = await Promise.all(
    sources.map(async (source) => [source.replace(/\.ts$/, '.js'), await compile(source)]),
  );
  const checks = compiledSchemas();
  for (const [path, content] of checks) put(join(root, path), content);
  const files = new Map([
    ...compiled,
    ...checks,
    ...(await webFiles()),
    ...(await lambdaFiles()),
    ...assets.map((asset) => [asset, readFileSync(join(root, asset))]),
  ]);
  for (const [path, content] of files) put(join(dist, path), content);
  // Removes the output of sources that were removed or renamed.
  for (const path of globSync('**/*.{js,mjs,cjs,json,gz,yaml,sql,py,sh,typ,html,css,svg}', { cwd: dist }))
    if (!files.has(path)) rmSync(join(dist, path), { force: true });
}

function find(...patterns) {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root }));
}

async function compile(source) {
  if (bundled.files.includes(source)) return await compileBundle(source);
  const { code } = await transformFile(join(root, source), {
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return Buffer.from(code);
}

async function compileBundle(source) {
  const { outputFiles, metafile } = await bundle({
    entryPoints: [join(root, source)],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    metafile: true,
    legalComments: 'none',
    absWorkingDir: root,
    plugins: [
      {
        name: 'own-imports-stay',
        setup: ({ onResolve }) => {
          onResolve({ filter: /.*/ }, ({ path, importer }) =>
            importer === join(root, source) && !bundled.packages.test(path) ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  return Buffer.concat([outputFiles[0].contents, Buffer.from(licencesOf(Object.keys(metafile.inputs)))]);
}

/** One module for each function. */
async function lambdaFiles() {
  const { outputFiles, metafile } = await bundle({
    entryPoints: find(`${lambda.handlers}/*.ts`).map((path) => join(root, path)),
    outdir: join(dist, lambda.output),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*'],
    // Packages in CommonJS call `require` for Node's own modules.
    banner: { js: "import{createRequire}from'node:module';var require=createRequire(import.meta.url);" },
    metafile: true,
    legalComments: 'none',
    absWorkingDir: root,
  });
  return outputFiles.map(({ path, contents }) => {
    const output = relative(root, path);
    const inputs = Object.keys(metafile.outputs[output].inputs);
    return [relative(dist, path), Buffer.concat([contents, Buffer.from(licencesOf(inputs))])];
  });
}

function put(path, content) {
  if (contentOf(path)?.equals(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

function contentOf(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] === import.meta.filename) await build();
