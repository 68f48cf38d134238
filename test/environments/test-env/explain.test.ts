import { expect, test } from '@jest/globals';
import { explain, textOf } from '../../../environments/test-env/explain.js';
import { readSettings } from '../../../environments/test-env/settings.js';

const settings = readSettings({ DATABASE_URL: 'postgresql://u:p@127.0.0.1/d', AWS_PROFILE: 'acme' });

function codeAndFix(text: string): readonly string[] {
  if (!settings.ok) throw new Error('bad settings');
  const found = explain(text, settings.value);
  return found === undefined ? [] : [found.code, found.fix];
}

// As Terraform 1.11 with the provider 6.34 and the AWS SDKs print them.
test.each([
  [
    'Error: Retrieving AWS account details: validating provider credentials: operation error STS: GetCallerIdentity, https response error StatusCode: 403, api error ExpiredToken: The security token included in the request is expired',
    'expired-credentials',
    'aws sso login --profile acme',
  ],
  ['Error: No valid credential sources found', 'no-credentials', 'A2O_AWS=local'],
  ['api error InvalidClientTokenId: The security token', 'invalid-credentials', 'aws sts get-caller-identity'],
  [
    'Error: Error acquiring the state lock\n\nError message: ConditionalCheckFailedException\nLock Info:\n  ID:        8a-7f\n  Path:      b/k\n  Operation: OperationTypeApply\n  Who:       ann@host\n  Version:   1.11.4\n  Created:   2026-01-01 00:00:00.1 +0000 UTC\n',
    'state-locked',
    'make test-env-unlock ID=8a-7f',
  ],
  [
    'api error BucketAlreadyExists: The requested bucket name is not available',
    'bucket-name-taken',
    'A2O_STATE_BUCKET',
  ],
  ['AlreadyExistsException: Database already exists.', 'name-taken', 'make test-env-down'],
  ['Error: write /x/terraform.tfstate: no space left on device', 'no-disk-space', 'make test-env-clean'],
  [
    'api error AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized to perform: glue:CreateDatabase on resource',
    'access-denied',
    'docs/iam/test-environment.json',
  ],
  ['Error: Failed to query available provider packages\n\nCould not retrieve', 'no-provider', 'make provider-aws'],
  ['dial tcp: lookup sts.eu-central-1.amazonaws.com: no such host', 'unreachable', 'network'],
])('%s', (text, code, fix) => {
  expect(codeAndFix(text)).toEqual([code, expect.stringContaining(fix)]);
});

test('an unknown failure is not explained', () => {
  expect(codeAndFix('Error: Unsupported argument')).toEqual([]);
});

test('the text of an error has its name and code, also of several at once', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(textOf(new AggregateError([refused]))).toContain('ECONNREFUSED');
  expect(textOf('a text')).toBe('a text');
});
