import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { findAuthoritiesOnDisk, findTemplateOnDisk, loadTemplate, planSha256 } from '../../mappings/index.js';
import type { MappingTemplate, Plan } from '../../mappings/index.js';
import { planWith } from '../support/plan-builder.js';
import { makeAuthority } from '../support/private-authority.js';
import { header, load } from '../support/templates.js';

const [acme, other] = [makeAuthority(), makeAuthority({ name: 'Other' })];
let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-mapping-trust-'));
  mkdirSync(at('base'));
  writeFileSync(at('acme.pem'), acme.certificate);
  writeFileSync(at('base/other.pem'), other.certificate);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function loaded(target: string, parent = 'default'): MappingTemplate | string {
  writeFileSync(at('acme.yaml'), `${header}extends: ${parent}\ntarget:\n${target}`);
  const result = loadTemplate(at('acme.yaml'), { find: findTemplateOnDisk, findAuthorities: findAuthoritiesOnDisk });
  return result.ok ? result.value : result.error.map(formatDiagnostic).join('\n');
}

function trusted(target: string, parent?: string): unknown {
  const template = loaded(target, parent);
  return typeof template === 'string' ? template : template.target.trust;
}

describe('target.trust', () => {
  test('the Plan holds the certificates, not the names of their files', () => {
    expect(trusted('  trust: { caFile: acme.pem }')).toEqual({ authorities: [acme.certificate] });
    expect(trusted('  trust: { caFile: [acme.pem, base/other.pem, ./acme.pem] }')).toEqual({
      authorities: [acme.certificate, other.certificate],
    });
    expect(trusted('  region: RegionOne')).toBeUndefined();
    expect(trusted('  trust: null')).toBeUndefined();
  });

  test('a path is relative to the template that has it, and null removes an inherited one', () => {
    writeFileSync(at('base/base.yaml'), `${header}extends: default\ntarget: { trust: { caFile: other.pem } }\n`);
    expect(trusted('  region: RegionOne', 'base/base.yaml')).toEqual({ authorities: [other.certificate] });
    expect(trusted('  trust: { caFile: acme.pem }', 'base/base.yaml')).toEqual({ authorities: [acme.certificate] });
    expect(trusted('  trust: null', 'base/base.yaml')).toBeUndefined();
  });

  test('another certificate is another template', () => {
    const hash = (): unknown => (loaded('  trust: { caFile: changing.pem }') as MappingTemplate).sha256;
    writeFileSync(at('changing.pem'), acme.certificate);
    const before = hash();
    expect(hash()).toBe(before);
    writeFileSync(at('changing.pem'), other.certificate);
    expect(hash()).not.toBe(before);
  });

  test('another certificate is the same Plan: a migration that has begun goes on with it', () => {
    const plan = (authorities: readonly string[]): Plan => planWith({ target: { trust: { authorities } } });
    expect(planSha256(plan([other.certificate]))).toBe(planSha256(plan([acme.certificate])));
    expect(planSha256(planWith())).toBe(planSha256(plan([acme.certificate])));
    expect(planSha256(planWith({ target: { region: 'other' } }))).not.toBe(planSha256(planWith()));
  });

  test('an unusable file is one error with its line', () => {
    writeFileSync(at('secret.pem'), 'password: hidden');
    const expired = makeAuthority({ name: 'Old', validity: { from: '20200101000000Z', to: '20210101000000Z' } });
    writeFileSync(at('old.pem'), expired.certificate);
    const text = loaded(
      '  trust:\n    caFile:\n    - acme.pem\n    - old.pem\n    - none.pem\n    - secret.pem\n    - base\n',
    );
    expect(text).toMatch(/acme\.yaml:9:7: error: .*'old\.pem'.*certificate 1 \(line 1\) expired on 2021-01-01: CN=Old/);
    expect(text).toMatch(/acme\.yaml:10:7: error: .*'none\.pem'.* cannot be read \(ENOENT\)\. \[bad-authority\]/);
    expect(text).toMatch(/acme\.yaml:11:7: error: .*'secret\.pem'.* holds no certificate/);
    expect(text).toMatch(/acme\.yaml:12:7: error: .*'base'.* is not a file/);
    expect(text).not.toContain('hidden');
  });

  test('a key that is spelled as in clouds.yaml gets the right one', () => {
    expect(loaded('  trust: { ca_file: acme.pem }')).toMatch(/'ca_file'.*\n {2}fix: Did you mean 'caFile'\?/);
  });
});

describe('mirrors, proxy and images', () => {
  const digest = `@sha256:${'1'.repeat(64)}`;
  const problems = (target: string): string => {
    const result = load(`${header}extends: default\ntarget:\n${target}`);
    return result.ok ? '' : result.error.map(formatDiagnostic).join('\n');
  };

  test('are in the target as they are given', () => {
    const target = `  mirrors: { containers: "harbor.acme.example:8443/lake", debian: "http://mirror.acme.example/debian", maven: "https://nexus.acme.example/maven" }
  proxy: { https: "http://proxy.acme.example:3128", noProxy: [.acme.example, 10.20.0.5] }
  images: { trino: "harbor.acme.example/trino${digest}" }
`;
    expect(problems(target)).toBe('');
    expect(loaded(target)).toMatchObject({ target: { images: { trino: `harbor.acme.example/trino${digest}` } } });
    expect(problems('  mirrors: null\n  proxy: null\n  images: null\n')).toBe('');
  });

  test.each([
    ['  mirrors: { containers: "https://harbor.acme.example" }', "'containers' is 'https://harbor.acme.example'"],
    ['  mirrors: { debian: mirror.acme.example }', "'debian' is 'mirror.acme.example'"],
    ['  mirrors: { maven: "https://acme.example:0/maven" }', "'mirrors.maven' is 'https://acme.example:0/maven'"],
    ['  proxy: { http: "http://ann:secret@proxy.acme.example:3128" }', "'http' is"],
    ['  proxy: { noProxy: [.acme.example] }', "'proxy' names no proxy."],
    ['  images: { trino: "trinodb/trino:476" }', "'trino' is 'trinodb/trino:476'"],
    ['  images: { nginx: "a" }', "The key 'nginx' is not known"],
  ])('%s is refused', (target, message) => {
    expect(problems(`${target}\n`)).toContain(message);
    expect(problems(`${target}\n`)).not.toContain('secret@');
  });
});
