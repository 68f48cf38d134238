import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCertificate } from '../../../validation/certificate/index.js';
import { certificateOf, certifiedTable } from '../../support/certificate-input.js';
import { cli } from '../../support/run-cli.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-papers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What veraPDF says of files, one a line: `PASS FILE ua1` or `FAIL FILE ua1`. Fails on a failure, as veraPDF does. */
function checked(files: readonly string[]): readonly string[] {
  const printed = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { encoding: 'utf8' }).trim();
  const java = printed('tools/lakehouse/java.sh', '17');
  const jars = printed('tools/verapdf/install.sh', '--check');
  const wrapper = 'org.verapdf.apps.GreenfieldCliWrapper';
  return printed(
    join(java, 'bin', 'java'),
    '-cp',
    join(jars, '*'),
    wrapper,
    '--flavour',
    'ua1',
    '--format',
    'text',
    ...files,
  ).split('\n');
}

test('the certificate and the migration report are PDF/UA-1, and veraPDF notices a PDF that is not', async () => {
  const drift = [{ code: 'columns', message: '#panic("no") *x* 中文 \u202e' }];
  const tables = [
    ...Array.from({ length: 60 }, (_, index) => certifiedTable(`raw.events_${100 + index}`)),
    certifiedTable(`zoo.${'long_name_'.repeat(25)}`, { drift }),
    certifiedTable('zoo.z', { status: 'not-certified', reasons: ['the row hash differs'] }),
  ];
  const certificate = await writeCertificate(certificateOf(tables), folder, { pdf: true });
  expect(certificate.ok).toBe(true);
  const { code } = await cli(['report', '--assessment', join('examples', 'demo'), '--output', folder]);
  expect(code).toBe(0);
  const papers = ['certificate.pdf', 'migration-report.pdf'].map((name) => join(folder, name));
  expect(checked(papers)).toEqual(papers.map((path) => `PASS ${path} ua1`));
  const untagged = join(folder, 'untagged.pdf');
  writeFileSync(
    untagged,
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n',
  );
  expect(() => checked([untagged])).toThrow();
});
