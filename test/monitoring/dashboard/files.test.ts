import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../core/canonical-json.js';
import { markName } from '../../../core/synth-mark.js';
import { shownId, storeAssessment, storeTransformationResult } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { terraformSha256 } from '../../../state/recording/record-synth.js';
import { signerFrom, writeCertificate } from '../../../validation/certificate/index.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';
import { certificateOf, certifiedTable } from '../../support/certificate-input.js';
import { askers, serveDashboard } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { valueOf } from '../../support/pages.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let folder: string;
let app: ServedDashboard;
let bare: ServedDashboard;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  folder = mkdtempSync(join(tmpdir(), 'a2o-files-'));
  app = await serveDashboard(state, {
    terraform: join(folder, 'cdktf.out'),
    certificate: { folder: join(folder, 'certificate'), allowedSigners: join(folder, 'allowed_signers') },
  });
  bare = await serveDashboard(state);
});
afterAll(async () => {
  await app.close();
  await bare.close();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

describe('Terraform', () => {
  const put = (stack: string, content: object): void => {
    mkdirSync(join(folder, 'cdktf.out', 'stacks', stack), { recursive: true });
    writeFileSync(join(folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json'), JSON.stringify(content));
  };
  beforeAll(() => {
    put('lakehouse', {
      resource: { openstack_compute_instance_v2: { a: {}, b: {} }, openstack_dns_zone_v2: { c: {} } },
    });
    put('lakehouse-storage', { resource: {} });
  });

  test('the stacks, what they make, and the assessment for which they were recorded', async () => {
    const assessmentId = await storeAssessment(state, assessmentWith([table('db.t')]));
    const record = async (): Promise<string> => {
      const outputSha256 = valueOf(terraformSha256(join(folder, 'cdktf.out')));
      await storeTransformationResult(state, {
        assessmentId,
        template: { name: 'acme', description: null, sources: [], sha256: 'e'.repeat(64), variables: {} },
        planSha256: 'a'.repeat(64),
        outputSha256,
        toolVersion: '0.1.0',
        totals: {},
      });
      return outputSha256;
    };
    const recorded = await record();
    const answer = await app.ask('/api/terraform', 'viewer');
    expect(answer.json).toMatchObject({
      sha256: recorded,
      assessments: [shownId(assessmentId)],
      stacks: [
        {
          name: 'lakehouse',
          resources: [
            { type: 'openstack_compute_instance_v2', count: 2 },
            { type: 'openstack_dns_zone_v2', count: 1 },
          ],
        },
        { name: 'lakehouse-storage', resources: [] },
      ],
    });
    expect(answer.json).toMatchObject({ replaced: [], edited: [] });
    put('lakehouse-storage', { resource: { openstack_objectstorage_container_v1: { d: {} } } });
    await record();
    const later = readFileSync(join(folder, 'cdktf.out', 'stacks', 'lakehouse-storage', 'cdk.tf.json'));
    put('lakehouse-storage', { resource: {} });
    expect((await app.ask('/api/terraform', 'viewer')).json).toMatchObject({
      assessments: [shownId(assessmentId)],
      replaced: [shownId(assessmentId)],
    });
    writeFileSync(join(folder, 'cdktf.out', 'stacks', 'lakehouse-storage', 'cdk.tf.json'), later);
    expect((await app.ask('/api/terraform', 'viewer')).json).toMatchObject({ replaced: [] });
    put('lakehouse-storage', { resource: { openstack_objectstorage_container_v1: { d: {}, e: {} } } });
    expect((await app.ask('/api/terraform', 'viewer')).json).toMatchObject({
      assessments: [],
      stacks: [{}, { resources: [{ count: 2 }] }],
    });
  });

  test('generated files that were changed by hand are named', async () => {
    const file = join(folder, 'cdktf.out', 'stacks', 'lakehouse', 'cdk.tf.json');
    const mark = join(folder, 'cdktf.out', markName);
    const files = { 'cdk.tf.json': sha256(readFileSync(file)), 'config/bundle.tar': 'b'.repeat(64) };
    const stack = { toolVersion: '0.1.0', inputs: {}, inputsSha256: 'a'.repeat(64), files };
    writeFileSync(mark, JSON.stringify({ kind: 'Synth', schemaVersion: '1.0', stacks: { lakehouse: stack } }));
    const answer = await app.ask('/api/terraform', 'viewer');
    rmSync(mark);
    expect(answer.json).toMatchObject({ edited: ['stacks/lakehouse/config/bundle.tar'] });
    expect((await app.ask('/api/terraform', 'viewer')).json).toMatchObject({ edited: [] });
  });

  test('a stack is shown as it was written; nothing else of the machine is', async () => {
    const { text, headers } = await app.ask('/api/terraform/lakehouse', 'viewer');
    expect([text, headers.get('content-type')]).toEqual([
      readFileSync(join(folder, 'cdktf.out', 'stacks', 'lakehouse', 'cdk.tf.json'), 'utf8'),
      'application/json; charset=utf-8',
    ]);
    for (const name of ['other', '..', '%2e%2e', '..%2f..%2fallowed_signers', 'lakehouse%2fcdk.tf.json'])
      expect((await app.ask(`/api/terraform/${name}`, 'viewer')).status).toBe(404);
  });

  test('a link of terraform init whose target is gone does not matter', async () => {
    const providers = join(folder, 'cdktf.out', 'stacks', 'lakehouse', '.terraform');
    mkdirSync(providers);
    symlinkSync(join(folder, 'gone'), join(providers, 'provider'));
    expect((await app.ask('/api/terraform', 'viewer')).json).toMatchObject({ stacks: [{}, {}] });
  });

  test.each([
    '',
    '{"resource": {"openstack_dns_zone_v2":',
    '[]',
    'null',
    '{"resource": []}',
    '{"resource": {"a": null}}',
  ])('a stack that is damaged is named, without the folder: %j', async (text) => {
    const file = join(folder, 'cdktf.out', 'stacks', 'lakehouse', 'cdk.tf.json');
    const intact = readFileSync(file, 'utf8');
    writeFileSync(file, text);
    const answer = await app.ask('/api/terraform', 'viewer');
    writeFileSync(file, intact);
    expect(answer).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'terraform-malformed', path: 'stacks/lakehouse/cdk.tf.json' }] },
    });
    expect(answer.text).not.toContain(folder);
  });

  test('what cannot be read is named, without the folder', async () => {
    mkdirSync(join(folder, 'cdktf.out', 'stacks', 'odd', 'cdk.tf.json'), { recursive: true });
    const answers = [await app.ask('/api/terraform', 'viewer'), await app.ask('/api/terraform/odd', 'viewer')];
    rmSync(join(folder, 'cdktf.out', 'stacks', 'odd'), { recursive: true });
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'terraform-unreadable', path: 'stacks/odd/cdk.tf.json' }] },
      });
      expect(answer.text).not.toContain(folder);
    }
  });

  test('without a folder, it says which option names one', async () => {
    expect((await bare.ask('/api/terraform', 'viewer')).json).toMatchObject({
      errors: [{ code: 'no-terraform-shown', fix: expect.stringContaining('--terraform') }],
    });
  });
});

describe('the certificate', () => {
  const at = (name: string): string => join(folder, 'certificate', name);
  beforeAll(() => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', join(folder, 'key')]);
    const key = readFileSync(join(folder, 'key.pub'), 'utf8');
    writeFileSync(join(folder, 'allowed_signers'), `ada@acme.example namespaces="certificate@aws2openstack" ${key}`);
  });
  beforeEach(async () => {
    const sign = valueOf(signerFrom(join(folder, 'key'), {}));
    const tables = [certifiedTable('sales.orders'), certifiedTable('sales.returns')];
    valueOf(await writeCertificate(certificateOf(tables), join(folder, 'certificate'), { pdf: false, sign }));
  });

  const verify = () => app.send('POST', '/api/certificate/verify', 'viewer');

  test('what it claims, and its files byte for byte', async () => {
    const { json } = await app.ask('/api/certificate', 'viewer');
    expect(json).toMatchObject({
      verdict: 'certified',
      assessment: { id: 'assessment-1a2b3c' },
      totals: { tables: 2 },
      can_verify: true,
    });
    const names = (json as { files: { name: string }[] }).files.map(({ name }) => name);
    expect(names).toEqual(['certificate.json', 'certificate.json.sig', 'tables.ndjson', 'certificate.md']);
    for (const name of names) {
      const { text, headers } = await app.ask(`/api/certificate/files/${name}`, 'viewer');
      expect(text).toBe(readFileSync(at(name), 'utf8'));
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    }
    for (const name of ['certificate.pdf', '..%2fkey', 'key'])
      expect((await app.ask(`/api/certificate/files/${name}`, 'viewer')).status).toBe(404);
  });

  test('it is intact until somebody changes a byte, whoever asks', async () => {
    expect((await verify()).json).toMatchObject({ intact: true, signer: { identity: 'ada@acme.example' } });
    writeFileSync(at('certificate.md'), `${readFileSync(at('certificate.md'), 'utf8')} `);
    const { json, text } = await verify();
    expect(json).toMatchObject({
      intact: false,
      signer: null,
      problems: [{ code: 'certificate-file-differs', path: 'certificate.md' }],
    });
    expect(text).not.toContain(folder);
  });

  test('a signer whom nobody allowed is named as the problem', async () => {
    const allowed = readFileSync(join(folder, 'allowed_signers'), 'utf8');
    writeFileSync(join(folder, 'allowed_signers'), '');
    expect((await verify()).json).toMatchObject({ intact: false, problems: [{}] });
    writeFileSync(join(folder, 'allowed_signers'), allowed);
  });

  test('files that are folders, or gone while they are asked for, are problems of the certificate', async () => {
    for (const name of ['tables.ndjson', 'certificate.json.sig', 'certificate.json']) {
      rmSync(at(name));
      mkdirSync(at(name));
      const shown = await app.ask('/api/certificate', 'viewer');
      const file = await app.ask(`/api/certificate/files/${name}`, 'viewer');
      const { json, text } = await verify();
      rmSync(at(name), { recursive: true });
      expect([name, shown.status, file.status]).toEqual([name, name === 'certificate.json' ? 404 : 200, 404]);
      expect(json).toMatchObject({ intact: false, problems: [{ path: name }] });
      expect(shown.text + file.text + text).not.toContain(folder);
      writeFileSync(at(name), '');
    }
    rmSync(join(folder, 'certificate'), { recursive: true });
  });

  test('a file that is not a certificate is not shown as one', async () => {
    writeFileSync(at('certificate.json'), '{"kind":"Other"}');
    expect(await app.ask('/api/certificate', 'viewer')).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'certificate-malformed', path: 'certificate.json' }] },
    });
  });

  test('nobody sees or checks it without a session; a check needs the CSRF token', async () => {
    for (const asker of askers) {
      const expected = asker === 'nobody' ? 401 : 200;
      expect((await app.ask('/api/certificate', asker)).status).toBe(expected);
      expect((await app.send('POST', '/api/certificate/verify', asker)).status).toBe(expected);
    }
    expect((await app.ask('/api/certificate/verify', 'admin', { method: 'POST' })).status).toBe(403);
  });

  test('without a folder or signers, it says which option names them', async () => {
    const asked = [
      await bare.ask('/api/certificate', 'viewer'),
      await bare.send('POST', '/api/certificate/verify', 'viewer'),
    ];
    expect(asked).toMatchObject([
      { status: 404, json: { errors: [{ code: 'no-certificate' }] } },
      { status: 404, json: { errors: [{ code: 'no-certificate' }] } },
    ]);
    const unsure = await serveDashboard(state, { certificate: { folder: join(folder, 'certificate') } });
    expect((await unsure.send('POST', '/api/certificate/verify', 'viewer')).json).toMatchObject({
      errors: [{ code: 'no-allowed-signers' }],
    });
    await unsure.close();
  });
});
