import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../../../core/canonical-json.js';
import { certificateFiles, certificateNamespace } from '../../../validation/certificate/certificate.js';
import { signerFrom, writeCertificate } from '../../../validation/certificate/index.js';
import type { Certificate, CertificateInput, TableResult } from '../../../validation/certificate/index.js';
import type { Sign } from '../../../validation/certificate/sshsig/index.js';
import { certificateOf, certifiedTable } from '../../support/certificate-input.js';
import { cli } from '../../support/run-cli.js';

const identity = 'ada@acme.example';
let folder = '';
let allowed = '';
let sign: Sign;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-certificate-'));
  const key = join(folder, 'key');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const signer = signerFrom(key, {});
  if (!signer.ok) throw new Error(JSON.stringify(signer.error));
  sign = signer.value;
  allowed = join(folder, 'allowed_signers');
  writeFileSync(allowed, `${identity} ${readFileSync(`${key}.pub`, 'utf8')}`);
  await written('good', certificateOf([certifiedTable('sales.customers'), certifiedTable('sales.orders')]), true);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function written(name: string, input: CertificateInput, pdf = false): Promise<Certificate> {
  const result = await writeCertificate(input, join(folder, name), { sign, pdf });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function verify(name: string, ...options: readonly string[]) {
  return cli(['verify', join(folder, name), '--allowed-signers', allowed, ...options]);
}

/** A copy of the good certificate, to be damaged. */
function copied(name: string): string {
  cpSync(join(folder, 'good'), join(folder, name), { recursive: true });
  return join(folder, name);
}

const unsure: TableResult = certifiedTable('sales.orders', {
  status: 'certified-with-exceptions',
  checks: [
    {
      check: 'sample',
      status: 'weak',
      source: null,
      target: null,
      difference: null,
      power: { tried: 4, caught: 3 },
      findings: [],
    },
  ],
  exceptions: [{ check: 'sample', signedBy: 'Ada', signedAt: '2026-11-28T22:00:00Z', reason: 'agreed' }],
});
const failed: TableResult = certifiedTable('sales.orders', {
  status: 'not-certified',
  reasons: ['the row hash differs'],
});

test('verify prints what the certificate claims, and who signed it', async () => {
  const { code, stdout } = await verify('good', '--identity', identity);
  expect(code).toBe(0);
  expect(stdout).toContain(`signed by ${identity}`);
  expect(stdout).toContain('It says: certified');
  expect(stdout).toContain('2 tables: 2 certified, 0 with exceptions, 0 not certified');
  const json = await cli(['verify', join(folder, 'good', 'certificate.json'), '--allowed-signers', allowed, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ signer: { identity }, certificate: { verdict: 'certified' } });
});

test('ssh-keygen alone verifies it', () => {
  const { certificate, signature } = certificateFiles;
  const args = [
    '-Y',
    'verify',
    '-f',
    allowed,
    '-I',
    identity,
    '-n',
    certificateNamespace,
    '-s',
    join(folder, 'good', signature),
  ];
  const { status } = spawnSync('ssh-keygen', args, { input: readFileSync(join(folder, 'good', certificate)) });
  expect(status).toBe(0);
});

test('equal inputs give equal bytes in every file', async () => {
  await written('again', certificateOf([certifiedTable('sales.customers'), certifiedTable('sales.orders')]), true);
  expect(readdirSync(join(folder, 'again')).sort()).toEqual(Object.values(certificateFiles).toSorted());
  for (const name of Object.values(certificateFiles))
    expect(readFileSync(join(folder, 'again', name)).equals(readFileSync(join(folder, 'good', name)))).toBe(true);
});

describe('verify refuses', () => {
  test.each(Object.values(certificateFiles))('%s with a byte changed, cut off, or missing', async (name) => {
    const path = join(copied('damaged'), name);
    const good = readFileSync(path);
    for (const at of [0, Math.floor(good.length / 2), good.length - 2]) {
      const changed = Buffer.from(good);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      writeFileSync(path, changed);
      const { code, stderr } = await verify('damaged');
      expect(code).toBe(1);
      expect(stderr).toContain(join(folder, 'damaged'));
    }
    writeFileSync(path, good.subarray(0, -1));
    // A signature is whole without its last line feed.
    expect((await verify('damaged')).code).toBe(name === certificateFiles.signature ? 0 : 1);
    writeFileSync(path, good.subarray(0, 30));
    expect((await verify('damaged')).code).toBe(1);
    rmSync(path);
    expect((await verify('damaged')).code).toBe(1);
  });

  test('a signature of another certificate', async () => {
    await written('other', certificateOf([certifiedTable('sales.customers')]));
    const signature = readFileSync(join(folder, 'other', certificateFiles.signature));
    writeFileSync(join(copied('swapped'), certificateFiles.signature), signature);
    expect(await verify('swapped')).toMatchObject({ code: 1, stderr: expect.stringContaining('[signature-invalid]') });
  });

  test('another identity, and a file of signers that does not exist', async () => {
    const other = await verify('good', '--identity', 'bob@acme.example');
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('[signer-unknown]') });
    const missing = await cli(['verify', join(folder, 'good'), '--allowed-signers', join(folder, 'none')]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('[allowed-signers-unreadable]') });
  });

  test.each([
    ['a verdict', (certificate: Certificate) => ({ ...certificate, verdict: 'not-certified' as const }), '`verdict`'],
    [
      'totals',
      (certificate: Certificate) => ({ ...certificate, totals: { ...certificate.totals, rows: 1 } }),
      '`totals`',
    ],
    ['a chain', (certificate: Certificate) => ({ ...certificate, chainRoot: '0'.repeat(64) }), '`chainRoot`'],
    ['a manifest', (certificate: Certificate) => ({ ...certificate, manifestSha256: '0'.repeat(64) }), 'the chain of'],
  ])('%s that does not follow from the tables, although it is signed', async (_what, change, named) => {
    await resigned('claims', change);
    const { code, stderr } = await verify('claims');
    expect(code).toBe(1);
    expect(stderr).toContain('[certificate-does-not-follow]');
    expect(stderr).toContain(named);
  });

  test('a file that is named as part of it, and is not', async () => {
    writeFileSync(join(copied('beside'), 'certificate.txt'), 'It is all certified.');
    expect(await verify('beside')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/certificate\.txt.*\[certificate-file-unbound\]/s),
    });
  });

  const line = () => readFileSync(join(folder, 'good', certificateFiles.tables), 'utf8').split('\n')[0] ?? '';
  const bind = (certificate: Certificate, text: string) => ({
    ...certificate,
    files: { ...certificate.files, 'tables.ndjson': { bytes: Buffer.byteLength(text), sha256: sha256(text) } },
  });
  test.each([
    ['no files', (c: Certificate) => ({ ...c, files: null })],
    ['a file without a hash', (c: Certificate) => ({ ...c, files: { ...c.files, 'tables.ndjson': null } })],
    ['golden vectors of nothing', (c: Certificate) => ({ ...c, method: { ...c.method, goldenVectors: [null] } })],
    ['no assessment', (c: Certificate) => ({ ...c, assessment: null })],
    ['no time', (c: Certificate) => ({ ...c, run: { id: 'run' } })],
    ['keys that nobody knows', (c: Certificate) => ({ ...c, run: { ...c.run, more: 'x' } })],
  ])('%s in the certificate, although it is signed', async (_what, change) => {
    await resigned('parts', change);
    const { code, stderr } = await verify('parts');
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not match its schema')]);
  });

  test.each([
    ['a line without anything', () => '{}\n', 'does not match its schema'],
    ['an unknown status', () => `${line().replace('"certified"', '"perfect"')}\n`, 'does not match its schema'],
    ['a table that comes twice', () => `${line()}\n${line()}\n`, 'sales.customers, which comes twice'],
  ])('%s in the tables, although it is signed', async (_what, text, message) => {
    await resigned('lines', (certificate) => bind(certificate, text()));
    writeFileSync(join(folder, 'lines', certificateFiles.tables), text());
    const { code, stderr } = await verify('lines');
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test('what nobody has signed, without reading it', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    writeFileSync(join(copied('deep'), certificateFiles.certificate), deep);
    const { code, stderr } = await verify('deep');
    expect([code, stderr]).toEqual([1, expect.stringContaining('[signature-invalid]')]);
  });

  test('a newer major version, files outside the folder, and JSON in another form', async () => {
    const codes = [
      (certificate: Certificate) => ({ ...certificate, schemaVersion: '2.0' }),
      (certificate: Certificate) => ({
        ...certificate,
        files: { ...certificate.files, '../key': { bytes: 1, sha256: '' } },
      }),
    ];
    for (const [index, code] of ['certificate-version', 'certificate-malformed'].entries()) {
      await resigned('forms', codes[index] as (certificate: Certificate) => unknown);
      expect((await verify('forms')).stderr).toContain(`[${code}]`);
    }
    await resigned(
      'forms',
      (certificate) => certificate,
      (value) => `${JSON.stringify(value, null, 1)}\n`,
    );
    expect((await verify('forms')).stderr).toContain('[certificate-malformed]');
  });
});

async function resigned(
  name: string,
  change: (certificate: Certificate) => unknown,
  render = (value: unknown): string => `${canonicalJson(value)}\n`,
): Promise<void> {
  const at = copied(name);
  const certificate = JSON.parse(readFileSync(join(at, certificateFiles.certificate), 'utf8')) as Certificate;
  const text = render(change(certificate));
  const signature = await sign(Buffer.from(text), certificateNamespace);
  if (!signature.ok) throw new Error(JSON.stringify(signature.error));
  writeFileSync(join(at, certificateFiles.certificate), text);
  writeFileSync(join(at, certificateFiles.signature), signature.value);
}

describe('the verdict is that of the worst table', () => {
  const customers = certifiedTable('sales.customers');
  test.each([
    ['certified', [customers], {}],
    ['certified-with-exceptions', [customers, unsure], {}],
    ['not-certified', [customers, failed], {}],
    ['not-certified', [], {}],
    ['not-certified', [customers], { goldenVectors: [] }],
  ] as const)('%s', async (verdict, tables, method) => {
    const input = certificateOf(tables);
    const certificate = await written('verdict', { ...input, method: { ...input.method, ...method } });
    expect(certificate.verdict).toBe(verdict);
    const { code, stdout } = await verify('verdict');
    expect(code).toBe(0);
    expect(stdout).toContain(`It says: ${verdict.replaceAll('-', ' ')}`);
  });
});

test('a certificate without a PDF or a signature leaves none of an earlier one beside it', async () => {
  await written('again', certificateOf([certifiedTable('sales.customers')]), true);
  const second = await writeCertificate(certificateOf([failed]), join(folder, 'again'), { pdf: false });
  expect(second.ok).toBe(true);
  expect(readdirSync(join(folder, 'again')).sort()).toEqual(['certificate.json', 'certificate.md', 'tables.ndjson']);
});

test('what a writer that was killed has left is removed, and never part of a certificate', async () => {
  const staging = join(copied('left'), '.certificate');
  mkdirSync(staging);
  for (const name of ['tables.ndjson.tmp', 'run-4194305-1.lock']) writeFileSync(join(staging, name), 'x');
  expect((await verify('left')).code).toBe(0);
  await written('left', certificateOf([certifiedTable('sales.customers')]), true);
  expect(readdirSync(join(folder, 'left')).sort()).toEqual(Object.values(certificateFiles).toSorted());
});

test('two certificates at once are not written into one folder', async () => {
  const input = certificateOf([certifiedTable('sales.customers')]);
  const both = await Promise.all(
    ['once', 'once'].map((name) => writeCertificate(input, join(folder, name), { sign, pdf: false })),
  );
  expect(both.map((each) => each.ok).sort()).toEqual([false, true]);
  expect(both.find(({ ok }) => !ok)).toMatchObject({ error: [{ code: 'certificate-being-written' }] });
  expect((await verify('once')).code).toBe(0);
});

test('what counted as equal, or was cut, is in what people sign, also of tables that passed', async () => {
  const message = "Under a rule of the mapping, empty text and NULL counted as equal in 'note'.";
  const checks = certifiedTable('a.b').checks.map((check) => ({
    ...check,
    findings: [{ code: 'compared-leniently', message }],
  }));
  await written('lenient', certificateOf([certifiedTable('a.b', { checks }), certifiedTable('a.c', { checks })]));
  const paper = readFileSync(join(folder, 'lenient', certificateFiles.markdown), 'utf8');
  expect(paper).toMatch(/compared-leniently<\/code> \| 2 \| <code>a\.b<\/code>: .*empty text and NULL/);
  expect(paper.match(/compared-leniently/g)).toHaveLength(1);
});

describe('a certificate is not written for results that contradict each other', () => {
  const checks = certifiedTable('a.b').checks;
  test.each([
    ['certified without a check', { checks: [] }],
    ['certified with a warning', { checks: [...checks, { ...checks[0], status: 'warning' }] }],
    ['certified with a failed check', { checks: [...checks, { ...checks[0], status: 'failed' }] }],
    ['certified with a check that missed an error', { checks: [{ ...checks[0], power: { tried: 2, caught: 1 } }] }],
    ['an exception for another check', { ...unsure, exceptions: [{ ...unsure.exceptions[0], check: 'schema' }] }],
    ['an exception without a reason', { ...unsure, exceptions: [{ ...unsure.exceptions[0], reason: ' ' }] }],
    ['exceptions where all passed', { status: 'certified-with-exceptions', exceptions: unsure.exceptions }],
    ['not certified without a reason', { status: 'not-certified', reasons: [] }],
  ] as [string, Partial<TableResult>][])('%s', async (_what, changes) => {
    const result = await writeCertificate(
      certificateOf([certifiedTable('sales.orders', changes)]),
      join(folder, 'no'),
      { pdf: false },
    );
    expect(result).toMatchObject({
      ok: false,
      error: [{ code: 'certificate-contradiction', path: 'table:sales.orders' }],
    });
    expect(() => readdirSync(join(folder, 'no'))).not.toThrow();
    expect(readdirSync(join(folder, 'no'))).toEqual([]);
  });

  test('or come twice or unsorted', async () => {
    for (const second of ['b.a', 'a.b']) {
      const tables = [certifiedTable('b.a'), certifiedTable(second)];
      const result = await writeCertificate(certificateOf(tables), join(folder, 'no'), { pdf: false });
      expect(result).toMatchObject({ ok: false, error: [{ code: 'certificate-order' }] });
    }
  });
});

test('a chain changes from the link on that changed', async () => {
  const chainOf = async (changes: Partial<TableResult>): Promise<Record<string, string>> => {
    await written('chain', certificateOf([certifiedTable('a.b', changes)]));
    const line = readFileSync(join(folder, 'chain', certificateFiles.tables), 'utf8');
    return (JSON.parse(line) as { chain: Record<string, string> }).chain;
  };
  const [before, after] = [await chainOf({}), await chainOf({ snapshots: { source: '4711', target: '4712' } })];
  const changed = Object.keys(before).filter((link) => before[link] !== after[link]);
  expect(changed.sort()).toEqual(['queries', 'rows', 'snapshot']);
});

test('10,000 tables are read once and streamed; the paper shows some', async () => {
  let read = 0;
  function* tables(): Generator<TableResult> {
    for (; read < 10_000; read += 1)
      yield certifiedTable(`d${String(Math.floor(read / 1000)).padStart(3, '0')}.t${String(read).padStart(6, '0')}`);
  }
  const certificate = await written('large', certificateOf(tables()));
  expect(certificate.totals.tables).toBe(10_000);
  expect(certificate.databases).toHaveLength(10);
  const lines = readFileSync(join(folder, 'large', certificateFiles.tables));
  expect(certificate.files[certificateFiles.tables]).toEqual({ bytes: lines.length, sha256: sha256(lines) });
  expect(readFileSync(join(folder, 'large', certificateFiles.markdown)).length).toBeLessThan(50_000);
  expect((await verify('large')).code).toBe(0);
});
