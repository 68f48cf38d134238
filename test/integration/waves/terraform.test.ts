import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../support/terraform.js';

const golden = join(import.meta.dirname, '..', '..', 'golden');

/**
 * The mirror's AWS provider has only some services, because the whole one takes an hour to build. Resources of the others
 * are left out of the stack, and what refers to them gets a text; TypeScript checks those against the bindings, which are
 * made from the schema of the whole provider.
 */
const known =
  /^(data_)?aws_(caller_identity|cloudwatch_(event_|log_|metric_|composite_|dashboard)|dynamodb_|iam_|kms_|s3_|sfn_|sqs_)/;

let folder: string;
let mirror: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-waves-'));
  const built = await run('tools/terraform-providers/build-aws.sh', ['--check']);
  if (built.code !== 0) throw new Error(built.output);
  mirror = built.output.trim();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Document = Record<string, Record<string, Record<string, unknown>>>;

function withKnown(text: string): { readonly document: string; readonly left: number } {
  const document = JSON.parse(text) as Document;
  const absent: string[] = [];
  for (const kind of ['resource', 'data'] as const)
    for (const [type, byName] of Object.entries(document[kind] ?? {})) {
      if (known.test(type)) continue;
      absent.push(...Object.keys(byName).map((name) => `${kind === 'data' ? 'data.' : ''}${type}.${name}`));
      delete document[kind]?.[type];
    }
  // The state is the user's; validating needs none.
  delete document['terraform']?.['backend'];
  let rendered = JSON.stringify(document);
  for (const address of absent) {
    rendered = rendered.replaceAll(
      new RegExp(`\\$\\{[^{}]*\\b${address.replaceAll('.', '\\.')}\\b[^{}]*\\}`, 'g'),
      'arn:aws:left:eu-central-1:123456789012:out',
    );
    rendered = rendered.replaceAll(`"${address}"`, '').replaceAll(/\[,+/g, '[').replaceAll(/,+\]/g, ']');
  }
  return {
    document: rendered,
    left: Object.values(document['resource'] ?? {}).flatMap((byName) => Object.keys(byName)).length,
  };
}

test.each([
  ['waves-dev', 70],
  ['waves-prod', 70],
  ['waves-dev-deployer', 8],
  ['waves-prod-deployer', 7],
])('Terraform takes %s with the real provider', async (stack, atLeast) => {
  const { document, left } = withKnown(readFileSync(join(golden, `${stack}.json`), 'utf8'));
  expect(left).toBeGreaterThanOrEqual(atLeast);
  const cwd = join(folder, stack);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.tf.json'), document);
  const env = { TF_CLI_CONFIG_FILE: mirror };
  const init = await run('terraform', ['init', '-no-color', '-input=false'], { cwd, env });
  expect(init).toMatchObject({ code: 0 });
  expect(await run('terraform', ['validate', '-no-color'], { cwd, env })).toMatchObject({
    code: 0,
    output: expect.stringContaining('The configuration is valid'),
  });
});

test('a mistake in the stack is noticed', async () => {
  const { document } = withKnown(readFileSync(join(golden, 'waves-dev.json'), 'utf8'));
  const cwd = join(folder, 'mistaken');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.tf.json'), document.replaceAll('"visibility_timeout_seconds"', '"visibility_timeout"'));
  const env = { TF_CLI_CONFIG_FILE: mirror };
  expect(await run('terraform', ['init', '-no-color', '-input=false'], { cwd, env })).toMatchObject({ code: 0 });
  const { code, output } = await run('terraform', ['validate', '-no-color'], { cwd, env });
  expect(code).toBe(1);
  expect(output).toContain('visibility_timeout');
});
