// THIRD-PARTY-NOTICES.md: the packages of others that the product consists of, with their licences.
//
//   third-party-notices.ts          prints it; fails when a licence is not allowed (scripts/licences/allowed.ts)
//   third-party-notices.ts --write  writes it (`npm run docs:licences`, after a build)
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAllowed } from './licences/allowed.js';
import type { LicensedPackage } from './licences/allowed.js';
import { packagesNamedIn } from './licences/texts.mjs';

const root = join(import.meta.dirname, '..');
const page = join(root, 'THIRD-PARTY-NOTICES.md');

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** Every package that package-lock.json names, besides those of this project. */
export function lockedPackages(lock: {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}): readonly LicensedPackage[] {
  return Object.entries(lock.packages).flatMap(([path, { version = '', license = 'none', dev, link }]) => {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    return name === undefined || link === true
      ? []
      : [{ name, version, licence: license, isForDevelopment: dev === true }];
  });
}

/** The packages bundled into the compiled product, by the notices that its files end with. */
function bundledPackages(dist: string): readonly LicensedPackage[] {
  const files = globSync(['monitoring/**/*.js', 'lambda/*.mjs'], { cwd: dist });
  const folders = new Set(files.flatMap((file) => packagesNamedIn(readFileSync(join(dist, file), 'utf8'))));
  return [...folders].map((folder) => {
    const described = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, string>;
    const { name = '', version = '', license = 'none' } = described;
    return { name, version, licence: license, isForDevelopment: false };
  });
}

/** As Markdown. */
export function noticesOf(installed: readonly LicensedPackage[], bundled: readonly LicensedPackage[]): string {
  return `# Third-party notices

Generated from package-lock.json and the compiled product by \`npm run docs:licences\`; do not edit. The licence of aws2openstack itself is in LICENSE, and NOTICE says where facts about other programs come from.

## Packages in the tarball

Bundled into the MCP server, the Lambda functions and the dashboard's page. Each bundle ends with the full texts of their licences.

${tableOf(bundled)}
## Packages that are installed with it

\`npm install\` fetches them from the registry, so the container has them, too. Each has the text of its licence in its own folder. Some are for one platform only.

${tableOf(installed)}
## Programs beside it

The container is built on the image \`node\` of Docker Hub, which has Node.js and Debian with their own licences. Trino, the Hive Metastore, catalogs, rclone, OpenTofu and Terraform providers are installed by whoever uses them, and are not part of any distribution of this project.
`;
}

function tableOf(packages: readonly LicensedPackage[]): string {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |\n`);
  const order = new Intl.Collator('en').compare;
  return `| package | version | licence |\n|---|---|---|\n${[...new Set(rows)].sort(order).join('')}`;
}

/** One line for each package whose licence is not allowed. */
export function refusedPackages(packages: readonly LicensedPackage[]): readonly string[] {
  return packages
    .filter((each) => !isAllowed(each))
    .map(
      ({ name, version, licence, isForDevelopment }) =>
        `${name}@${version} (${isForDevelopment ? 'for development' : 'in the product'}): ${licence}`,
    );
}

export function readPackages(): {
  readonly locked: readonly LicensedPackage[];
  readonly bundled: readonly LicensedPackage[];
} {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Parameters<
    typeof lockedPackages
  >[0];
  return { locked: lockedPackages(lock), bundled: bundledPackages(join(root, 'dist')) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { locked, bundled } = readPackages();
  const refused = refusedPackages([...locked, ...bundled]);
  for (const line of refused) process.stderr.write(`error: The licence is not allowed: ${line}\n`);
  if (refused.length > 0) {
    process.stderr.write(
      '  fix: Remove the package, or add its licence to scripts/licences/allowed.ts with the reason.\n',
    );
    process.exitCode = 1;
  } else {
    const text = noticesOf(
      locked.filter((each) => !each.isForDevelopment),
      bundled,
    );
    if (process.argv.includes('--write')) writeFileSync(page, text);
    else process.stdout.write(text);
  }
}
