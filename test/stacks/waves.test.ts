import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { functionNames } from '../../stacks/waves/index.js';
import type { EnvironmentName, FunctionCode, WavesSettings } from '../../stacks/waves/index.js';
import { layOutWaves } from '../../stacks/waves/lay-out-waves.js';
import { expectGolden } from '../support/golden.js';
import { resourcesOf, synthesizeApp } from '../support/synth.js';

const example = join(import.meta.dirname, '..', '..', 'examples', 'waves', 'settings.yaml');
const settings = parse(readFileSync(example, 'utf8')) as WavesSettings;
const code = Object.fromEntries(
  functionNames.map((name) => [name, Buffer.from(`export const handler = () => '${name}';\n`)]),
) as unknown as FunctionCode;

function synth(environment: EnvironmentName, given: WavesSettings = settings): ReadonlyMap<string, string> {
  return synthesizeApp((app) => {
    layOutWaves(app, { settings: given, environment, code });
  });
}

function countsOf(stack: string, files: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const address of resourcesOf(files, stack).keys()) {
    const type = address.split('.')[0] ?? '';
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

test.each(['dev', 'prod'] as const)('the Terraform of %s', (environment) => {
  const files = synth(environment);
  for (const stack of [`waves-${environment}`, `waves-${environment}-deployer`])
    expectGolden(`${stack}.json`, files.get(`stacks/${stack}/cdk.tf.json`) ?? '');
});

test('the archive of each function lies beside the Terraform, with the hash that Terraform compares', () => {
  const files = synth('dev');
  const functions = [...resourcesOf(files, 'waves-dev')].filter(([address]) =>
    address.startsWith('aws_lambda_function.'),
  );
  expect(functions).toHaveLength(8);
  for (const [, { filename, source_code_hash, runtime, kms_key_arn, tracing_config }] of functions) {
    expect([...files.keys()]).toContain(`stacks/waves-dev/${String(filename)}`);
    expect(source_code_hash).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(runtime).toBe('nodejs22.x');
    expect(kms_key_arn).toContain('aws_kms_key.');
    expect(tracing_config).toEqual({ mode: 'Active' });
  }
});

test('API, private subnets and Slack are there where the settings ask for them', () => {
  const [dev, prod] = (['dev', 'prod'] as const).map((name) => countsOf(`waves-${name}`, synth(name)));
  for (const [type, count] of Object.entries({
    aws_apigatewayv2_api: 1,
    aws_apigatewayv2_authorizer: 1,
    aws_vpc: 1,
    aws_subnet: 3,
    aws_vpc_endpoint: 10,
    aws_lambda_permission: 1,
  })) {
    expect({ [type]: dev?.[type] }).toEqual({ [type]: undefined });
    expect({ [type]: prod?.[type] }).toEqual({ [type]: count });
  }
});

test('only the function that calls out is outside of the private subnets', () => {
  const functions = [...resourcesOf(synth('prod'), 'waves-prod')].filter(([address]) =>
    address.startsWith('aws_lambda_function.'),
  );
  const outside = functions.filter(([, { vpc_config }]) => vpc_config === undefined);
  expect(outside.map(([, { function_name }]) => function_name)).toEqual(['acme-waves-prod-callback_handler']);
});

test('DNS and a CMDB: records of the zones alone, functions that reach Route 53, and a secret for the CMDB', () => {
  const { prod = {} } = settings.environments;
  const files = synth('prod', {
    ...settings,
    environments: {
      prod: {
        ...prod,
        dns: { zones: { 'acme.example': 'Z0123' } },
        cmdb: { url: 'https://cmdb.acme.example/{key}', authorization: true },
      },
    },
  });
  const resources = [...resourcesOf(files, 'waves-prod')];
  const text = JSON.stringify(resources.map(([, resource]) => resource));
  expect(text).toContain('arn:aws:route53:::hostedzone/Z0123');
  expect(text).not.toContain('hostedzone/*');
  expect(text).toContain('acme-waves-prod/cmdb-authorization');
  const outside = resources.filter(
    ([address, { vpc_config }]) => address.startsWith('aws_lambda_function.') && vpc_config === undefined,
  );
  expect(outside.map(([, { function_name }]) => function_name).sort()).toEqual(
    ['callback_handler', 'rollback_handler', 'validate_input', 'verify_migration'].map(
      (name) => `acme-waves-prod-${name}`,
    ),
  );
});

test('four alarms notify, and they have the limits that the runbook names', () => {
  const alarms = [...resourcesOf(synth('dev'), 'waves-dev').values()].filter(
    ({ alarm_actions }) => alarm_actions !== undefined,
  );
  expect(Object.fromEntries(alarms.map(({ alarm_name, threshold }) => [alarm_name, threshold ?? 'composite']))).toEqual(
    {
      'acme-waves-dev-dead-letters': 5,
      'acme-waves-dev-error-rate': 'composite',
      'acme-waves-dev-failures': 2,
      'acme-waves-dev-replication-lag': 600,
    },
  );
});

test('every log group has a retention and a key', () => {
  const groups = [...resourcesOf(synth('prod'), 'waves-prod')].filter(([address]) =>
    address.startsWith('aws_cloudwatch_log_group.'),
  );
  expect(groups).toHaveLength(10);
  for (const [, { retention_in_days, kms_key_id }] of groups) {
    expect(retention_in_days).toBe(400);
    expect(kms_key_id).toContain('aws_kms_key.');
  }
});

test('in production, what holds records cannot be destroyed by accident; in development it can', () => {
  const guarded = (name: EnvironmentName): (string | undefined)[] =>
    [...resourcesOf(synth(name), `waves-${name}`)]
      .filter(([, { lifecycle }]) => (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true)
      .map(([address]) => address.split('.')[0]);
  expect(guarded('dev')).toEqual([]);
  expect(guarded('prod').sort()).toEqual(['aws_dynamodb_table', 'aws_s3_bucket', 'aws_s3_bucket']);
});

test('no policy allows every action, and none of a function allows an action of IAM', () => {
  const files = synth('prod');
  const policies = [...resourcesOf(files, 'waves-prod').values()]
    .map(({ policy }) => policy)
    .filter((policy) => typeof policy === 'string' && policy.includes('Statement'))
    .map((policy) => JSON.parse(policy as string) as { Statement: { Effect: string; Action: string[] }[] });
  const allowed = policies.flatMap(({ Statement }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action),
  );
  expect(allowed.length).toBeGreaterThan(50);
  expect(allowed.filter((action) => action === '*' || action.startsWith('iam:'))).toEqual([]);
});

test('no secret has a value in Terraform', () => {
  const types = Object.keys(countsOf('waves-prod', synth('prod')));
  expect(types).toContain('aws_secretsmanager_secret');
  expect(types).not.toContain('aws_secretsmanager_secret_version');
});

test('without a repository there is no deployer, and no boundary', () => {
  const others = Object.fromEntries(Object.entries(settings).filter(([key]) => key !== 'github'));
  const files = synth('dev', others as unknown as WavesSettings);
  expect([...files.keys()]).not.toContain('stacks/waves-dev-deployer/cdk.tf.json');
  expect(files.get('stacks/waves-dev/cdk.tf.json')).not.toContain('permissions_boundary');
});

test('the role of GitHub is for the environment of one repository', () => {
  const roles = [...resourcesOf(synth('prod'), 'waves-prod-deployer')].filter(([address]) =>
    address.startsWith('aws_iam_role.'),
  );
  expect(roles).toHaveLength(1);
  expect(JSON.parse(String(roles[0]?.[1]['assume_role_policy']))).toMatchObject({
    Statement: [
      {
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:sub': 'repo:acme/infrastructure:environment:prod',
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          },
        },
      },
    ],
  });
});
