// What a release consists of, besides its container image. The workflow `release` calls it, and so may anybody.
//
//   release.mjs check TAG       fails unless TAG names the version of package.json and CHANGELOG.md has its notes
//   release.mjs build FOLDER    writes the tarball, the SBOMs and the notes into FOLDER; needs a built checkout
//   release.mjs sums FOLDER     writes SHA256SUMS over all files of FOLDER
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const actions = { check, build, sums };
const [action = '', argument = ''] = process.argv.slice(2);
if (!Object.hasOwn(actions, action) || argument === '' || process.argv.length > 4) {
  process.stderr.write('usage: release.mjs check TAG | build FOLDER | sums FOLDER\n');
  process.exitCode = 2;
} else {
  actions[action](argument);
}

function check(tag) {
  if (tag !== `v${version}`)
    stop(
      `The tag is ${tag}, and package.json has the version ${version}.`,
      `Tag the commit v${version}, or set the version first: npm version ${tag.replace(/^v/, '')}.`,
    );
  else if (notesOf(version) === undefined)
    stop(`CHANGELOG.md has no section ${version}.`, `Rename its section Unreleased to [${version}], with the date.`);
}

function build(folder) {
  const target = resolve(folder);
  const notes = notesOf(version);
  if (notes === undefined) {
    check(`v${version}`);
    return;
  }
  mkdirSync(target, { recursive: true });
  // The checkout was built, so its scripts would only build it again.
  npm(['pack', '--ignore-scripts', '--pack-destination', target]);
  for (const format of ['spdx', 'cyclonedx']) {
    const bill = npm(['sbom', '--omit', 'dev', '--package-lock-only', '--sbom-format', format]);
    writeFileSync(join(target, `${name}-${version}.${format}.json`), bill);
  }
  writeFileSync(join(target, 'NOTES.md'), notes);
}

function sums(folder) {
  const lines = readdirSync(folder)
    .filter((file) => file !== 'SHA256SUMS')
    .sort()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex')}  ${file}\n`,
    );
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

/** The text below the heading of this version. */
function notesOf(wanted) {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const [, ...sections] = changelog.split(/^## /m);
  return sections.find((section) => section.startsWith(`[${wanted}]`))?.replace(/^[^\n]*\n+/, '');
}

function npm(args) {
  return execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
}

function stop(message, fix) {
  process.stderr.write(`error: ${message}\n  fix: ${fix}\n`);
  process.exitCode = 1;
}
