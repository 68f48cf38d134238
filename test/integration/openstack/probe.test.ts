import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketsOf, probe } from '../../support/object-store-probe.js';
import type { Store } from '../../support/object-store-probe.js';
import { cli } from '../../support/run-cli.js';

const script = join(import.meta.dirname, '..', '..', '..', 'environments', 'object-store', 'object-store.sh');

describe('Ceph’s gateway', () => {
  const data = mkdtempSync(join(tmpdir(), 'a2o-store-'));
  let store: Store;

  beforeAll(() => {
    execFileSync(script, ['start', '--data', data], { stdio: ['ignore', 'ignore', 'inherit'] });
    const env = execFileSync(script, ['env', '--data', data], { encoding: 'utf8' });
    const value = (name: string): string => new RegExp(`^export ${name}=(.*)$`, 'm').exec(env)?.[1] ?? '';
    store = {
      endpoint: value('AWS_ENDPOINT_URL'),
      accessKeyId: value('AWS_ACCESS_KEY_ID'),
      secretAccessKey: value('AWS_SECRET_ACCESS_KEY'),
    };
  }, 180_000);

  afterAll(() => {
    execFileSync(script, ['wipe', '--data', data]);
  });

  test('can do all that is asked of it, and nothing is left of the trial', async () => {
    expect(await probe(store)).toEqual({
      bucketPolicy: true,
      conditionalPut: true,
      lifecycle: true,
      multipart: true,
      multipartEtag: true,
      objectLock: true,
      // Ceph's gateway has it where `rgw_s3_auth_use_sts` is set.
      sts: false,
      tagging: true,
      trailingChecksums: expect.any(Boolean),
      versioning: true,
    });
    expect(await bucketsOf(store)).toBe(0);
  }, 120_000);

  test('refuses wrong keys in words, and nothing is printed of them', async () => {
    const env = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: 'not-the-secret' };
    const { code, stdout, stderr } = await cli(['probe', 'object-store', '--endpoint', store.endpoint], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${store.endpoint} refused the request (SignatureDoesNotMatch, HTTP 403)`);
    expect(stderr).not.toContain('not-the-secret');
  });
});
