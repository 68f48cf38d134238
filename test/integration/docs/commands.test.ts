// The marked blocks of the documents, page after page as the site orders them, against an AWS that moto emulates.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { seedDemoCatalog } from '../../../environments/demo/seed-catalog.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { linesNotPrinted, markedBlocks } from '../../support/marked-blocks.js';

jest.setTimeout(180_000);

const root = join(import.meta.dirname, '..', '..', '..');
const region = 'eu-central-1';
const order = JSON.parse(readFileSync(join(root, 'tools', 'docs-site', 'order.json'), 'utf8')) as readonly {
  readonly pages: Readonly<Record<string, string>>;
}[];
const blocks = order
  .flatMap(({ pages }) => Object.keys(pages))
  .flatMap((page) => markedBlocks(page, readFileSync(join(root, page), 'utf8')));

let moto: Moto;
let folder: string;
let output = '';

beforeAll(async () => {
  moto = await startMoto();
  const client = { endpoint: moto.endpoint, region, credentials: motoCredentials, maxAttempts: 1 };
  const glue = new GlueClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await seedDemoCatalog(glue);
  for (const bucket of ['acme-raw', 'acme-logs'])
    await s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
    );
  glue.destroy();
  s3.destroy();
  folder = mkdtempSync(join(tmpdir(), 'a2o-docs-'));
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
  mkdirSync(join(folder, 'bin'));
  program('aws2openstack', `exec '${process.execPath}' '${join(root, 'cli', 'aws2openstack.mjs')}' "$@"`);
  program('npx', '[ "$1" = aws2openstack ] || exit 64; shift; exec aws2openstack "$@"');
});
afterAll(async () => {
  await moto.stop();
  rmSync(folder, { recursive: true });
});

test.each(blocks.map((block) => [`${block.page}:${block.line}`, block] as const))('%s', (_place, block) => {
  if (block.mark === 'file') {
    const file = join(folder, block.name ?? '');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, block.text);
  } else if (block.mark === 'run') {
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.text], {
      cwd: folder,
      env: environment(),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
    output = stdout + stderr;
  } else {
    expect({ output, notPrinted: linesNotPrinted(block.text, output) }).toMatchObject({ notPrinted: [] });
  }
});

test('each stage that needs no lakehouse has commands that are run', () => {
  const pages = new Set(blocks.filter(({ mark }) => mark === 'run').map(({ page }) => page));
  for (const stage of ['start', 'assessment', 'mapping-templates', 'report', 'deploying', 'waves'])
    expect(pages).toContain(`docs/${stage}.md`);
});

function program(name: string, script: string): void {
  const file = join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Without what the user has set for AWS, OpenStack and the toolkit. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|OS_|A2O_|DATABASE_URL$|PG)/.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
    HOME: folder,
    NO_COLOR: '1',
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  };
}
