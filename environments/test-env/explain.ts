import type { Diagnostic } from '../../core/diagnostic.js';
import { problem } from './failure.js';
import type { Settings } from './settings.js';

type Explanation = readonly [pattern: RegExp, explain: (match: readonly string[], settings: Settings) => Diagnostic];

const again = 'then run the same command again: it continues where this run stopped';

/** Looked for in this order, in what Terraform prints and in the errors of AWS SDKs. */
const explanations: readonly Explanation[] = [
  [
    /ExpiredToken(?:Exception)?|RequestExpired|token (?:included in the request )?(?:is|has) expired|SSO session .*expired/i,
    (_, { profile }) =>
      problem(
        'expired-credentials',
        'credentials',
        'The AWS credentials have expired.',
        `Get new ones with \`aws sso login${profile === undefined ? '' : ` --profile ${profile}`}\` (or new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN), ${again}.`,
      ),
  ],
  [
    /CredentialsProviderError|Could not load credentials|No valid credential sources found|TokenProviderError/i,
    () =>
      problem(
        'no-credentials',
        'credentials',
        'No AWS credentials were found.',
        'Run `aws configure` or `aws sso login`, or set AWS_PROFILE in .env.test. To use the emulator instead of AWS, set A2O_AWS=local.',
      ),
  ],
  [
    /InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure/,
    ([code = '']) =>
      problem(
        'invalid-credentials',
        'credentials',
        `AWS rejected the credentials (${code}).`,
        'Check them with `aws sts get-caller-identity`; set AWS_SESSION_TOKEN too if they are temporary.',
      ),
  ],
  [
    /Error acquiring the state lock[\s\S]*?ID:\s+(\S+)[\s\S]*?Who:\s+(\S+)[\s\S]*?Created:\s+(\S+ \S+)/,
    ([, id = '', who = '', created = '']) => stateLocked({ id, who, created }),
  ],
  [
    /BucketAlreadyExists|bucket .* already exists|bucket name is not available/i,
    () =>
      problem(
        'bucket-name-taken',
        'bucket',
        'The bucket name is taken by another account: bucket names are shared by all accounts.',
        'For the data bucket, run `make test-env-up` again, which chooses another name. For the state bucket, set A2O_STATE_BUCKET in .env.test.',
      ),
  ],
  [
    /AlreadyExistsException[\s\S]*?(?:Database|Table|Partition)[^\n]*/,
    ([text = '']) =>
      problem(
        'name-taken',
        'glue',
        `The Glue catalog already has an object whose name the test environment needs: ${firstLine(text)}`,
        'Rename or delete it, or use another account or AWS_REGION; `make test-env-down` removes what this environment made.',
      ),
  ],
  [
    /no space left on device|ENOSPC|disk quota exceeded/i,
    () =>
      problem(
        'no-disk-space',
        'disk',
        'The disk is full.',
        `Free some space (\`make test-env-clean\`, \`make clean-cache\`), ${again}.`,
      ),
  ],
  [
    /(?:not authorized to perform:? ?(\S+))|AccessDenied(?:Exception)?|UnauthorizedOperation/i,
    ([, action = '']) =>
      problem(
        'access-denied',
        'credentials',
        `The AWS identity lacks a permission${action === '' ? '' : `: ${action}`}.`,
        'Attach the policy docs/iam/test-environment.json to the identity that `aws sts get-caller-identity` shows.',
      ),
  ],
  [
    /Failed to query available provider packages|could not connect to registry|Failed to install provider/i,
    () =>
      problem(
        'no-provider',
        'terraform',
        'Terraform cannot download the AWS provider.',
        'Run `make provider-aws`, which builds it on this machine, or allow access to registry.terraform.io.',
      ),
  ],
  [
    /(ECONNREFUSED|connection refused|ENOTFOUND|no such host|ETIMEDOUT|i\/o timeout)/i,
    ([code = ''], { engine }) =>
      problem(
        'unreachable',
        'network',
        `${engine === 'local' ? 'The emulator' : 'AWS'} cannot be reached (${code}).`,
        engine === 'local'
          ? 'Run `make test-env-down`, then `make test-env-up`.'
          : 'Check the network, the proxy and AWS_REGION, then run the same command again.',
      ),
  ],
];

/** The cause and the fix of a failure, found by its text; undefined when the failure is not a known one. */
export function explain(text: string, settings: Settings): Diagnostic | undefined {
  for (const [pattern, toDiagnostic] of explanations) {
    const match = pattern.exec(text);
    if (match !== null) return toDiagnostic(match, settings);
  }
  return undefined;
}

export function stateLocked({ id, who, created }: { id: string; who: string; created: string }): Diagnostic {
  return problem(
    'state-locked',
    'state',
    `The state has been locked by ${who} since ${created}, lock ID ${id}.`,
    `Wait until that run ends. If it is dead, run \`make test-env-unlock ID=${id}\`, then the same command again.`,
  );
}

/** The text that `explain` looks at, of an error of an AWS SDK or of the system. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  const inner = error instanceof AggregateError ? error.errors.map(textOf).join(' ') : '';
  return [error.name, typeof code === 'string' ? code : '', error.message, inner].join(' ');
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}
