import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateDatabaseCommand, DeleteDatabaseCommand } from '@aws-sdk/client-glue';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ProgramRun } from '../../support/terraform.js';
import { isProviderBuilt, outputOf, TestEnvironment } from './environment.js';

const testWithProvider = isProviderBuilt() ? test : test.skip;

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await TestEnvironment.create();
}, 60_000);
afterAll(async () => {
  await environment.remove();
}, 120_000);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server, port = 0): Promise<number> {
  servers.push(server.listen(port, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The cause and the command that fixes it, and no stack trace. */
function expectProblem({ code, output }: ProgramRun, cause: string | RegExp, fix: string | RegExp): void {
  expect(output).toMatch(cause);
  expect(
    output
      .split('\n')
      .filter((line) => line.startsWith('  fix: '))
      .join('\n'),
  ).toMatch(fix);
  expect(output).not.toMatch(/^\s+at .*:\d+/m);
  expect(code).toBe(1);
}

describe('each failure names its cause and the command that fixes it', () => {
  test('expired credentials', async () => {
    const body =
      '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>';
    const port = await listen(createHttpServer((_, response) => response.writeHead(403).end(body)));
    const run = await environment.run('up', {
      A2O_AWS: 'aws',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'ASIAEXPIRED',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_SESSION_TOKEN: 'x',
      AWS_PROFILE: '',
    });
    expectProblem(run, 'The AWS credentials have expired. [expired-credentials]', '`aws sso login`');
  }, 60_000);

  test('no credentials', async () => {
    const nowhere = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null', AWS_PROFILE: '' };
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_EC2_METADATA_DISABLED: 'true' };
    const run = await environment.run('validate', { A2O_AWS: 'aws', AWS_ENDPOINT_URL: undefined, ...nowhere, ...none });
    expectProblem(run, 'No AWS credentials were found.', 'A2O_AWS=local');
  }, 60_000);

  test('a port in use', async () => {
    await listen(createServer(), environment.port);
    const run = await environment.run('up');
    expectProblem(
      run,
      `Port ${environment.port} is in use by another program. [port-in-use]`,
      /ss -ltnp .*DATABASE_URL/,
    );
  }, 60_000);

  test('no disk space', async () => {
    const run = await environment.run('up', { TEST_ENV_MIN_FREE_MB: '999999999' });
    expectProblem(run, /999999999 MB are needed\. \[no-disk-space\]/, 'make test-env-clean');
  }, 60_000);

  test('several at once are told at once', async () => {
    await listen(createServer(), environment.port);
    const { output } = await environment.run('validate', { TEST_ENV_MIN_FREE_MB: '999999999' });
    expect(output).toMatch(/^FAILED database port: /m);
    expect(output).toMatch(/^FAILED disk: /m);
    expect(output).toMatch(/^ok {6}Terraform: /m);
  }, 60_000);

  test('a missing tool', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'a2o-bare-'));
    try {
      for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
        for (const tool of ['bash', 'dirname', 'node', 'npm', 'python3']) {
          const [from, to] = [join(folder, tool), join(bare, tool)];
          if (existsSync(from) && !existsSync(to)) symlinkSync(from, to);
        }
      }
      const run = await environment.run('up', { PATH: bare });
      expectProblem(run, 'error: terraform is missing', 'https://developer.hashicorp.com/terraform/install');
    } finally {
      rmSync(bare, { recursive: true });
    }
  }, 60_000);

  test('Ctrl-C: what was begun ends, and the same command again continues', async () => {
    const program = environment.start(['up']);
    const output = outputOf(program);
    // The table of the steps at the end names the database again, when a second Ctrl-C would end the program at once.
    const isBegun = new Promise<void>((resolve) => {
      program.stderr?.on('data', (text: Buffer) => {
        if (text.includes('starting the database')) resolve();
      });
    });
    await isBegun;
    process.kill(-Number(program.pid), 'SIGINT');
    const [code] = (await once(program, 'close')) as [number | null];
    expect(code).toBe(130);
    expectProblem(
      { code: 1, output: await output },
      'The run was interrupted. [interrupted]',
      'Run the same command again to continue',
    );
    await environment.succeed('down');
  }, 120_000);

  test('a folder that cannot be', async () => {
    const run = await environment.run('status', { A2O_TEST_ENV_DIR: '/dev/null/inside' });
    expectProblem(run, /\/dev\/null/, 'A2O_TEST_ENV_DIR');
  }, 60_000);

  test('a setting that means nothing', async () => {
    const run = await environment.run('up', { TEST_DATA_SIZE: 'huge', TEST_DATA_ROWS: '-1' });
    expectProblem(run, "TEST_DATA_SIZE is 'huge'; it must be small, medium or large.", 'TEST_DATA_ROWS=1000');
  }, 60_000);

  testWithProvider(
    'a state lock that somebody else holds, until it is removed',
    async () => {
      await environment.succeed('bootstrap');
      const info = {
        ID: 'b1d2',
        Operation: 'OperationTypeApply',
        Who: 'ann@elsewhere',
        Created: '2026-01-01T00:00:00Z',
      };
      const LockID = 'aws2openstack-terraform-state-123456789012/test-env/terraform.tfstate';
      await environment.aws.dynamodb.send(
        new PutItemCommand({
          TableName: 'aws2openstack-terraform-locks',
          Item: { LockID: { S: LockID }, Info: { S: JSON.stringify(info) } },
        }),
      );
      const run = await environment.run('up');
      expectProblem(
        run,
        /locked by ann@elsewhere since .*, lock ID b1d2\. \[state-locked\]/,
        'make test-env-unlock ID=b1d2',
      );
      await environment.succeed('unlock', 'b1d2');
      expect(await environment.succeed('status')).toMatch(/state lock +free/);
    },
    120_000,
  );

  testWithProvider(
    'a checksum of the state that a killed run left outdated is corrected',
    async () => {
      const LockID = 'aws2openstack-terraform-state-123456789012/test-env/terraform.tfstate-md5';
      await environment.succeed('bootstrap');
      await environment.aws.dynamodb.send(
        new PutItemCommand({
          TableName: 'aws2openstack-terraform-locks',
          Item: { LockID: { S: LockID }, Digest: { S: '0'.repeat(32) } },
        }),
      );
      expect(await environment.succeed('down')).toContain('corrected the checksum of the state');
    },
    120_000,
  );

  testWithProvider(
    'a database that somebody else made under a name of the environment stays',
    async () => {
      const { glue } = environment.aws;
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'test_logs' } }));
      try {
        for (const command of ['up', 'down']) {
          const run = await environment.run(command);
          expectProblem(
            run,
            /database test_logs already exists.*\[name-taken\]/,
            'aws glue delete-database --name test_logs',
          );
        }
        expect(await environment.remains()).toEqual(['test_logs']);
      } finally {
        await glue.send(new DeleteDatabaseCommand({ Name: 'test_logs' }));
      }
    },
    120_000,
  );

  testWithProvider(
    'a bucket name that another account has; the next run takes another',
    async () => {
      const bucket = 'aws2openstack-test-data-20260101-aaaa';
      await fetch(`${environment.moto.endpoint}/${bucket}`, {
        method: 'PUT',
        headers: { 'x-moto-account-id': '999999999999', host: 's3.amazonaws.com' },
      });
      mkdirSync(join(environment.folder, 'local'), { recursive: true });
      writeFileSync(join(environment.folder, 'local', 'environment.json'), '{"bucketSuffix":"20260101-aaaa"}');
      const run = await environment.run('up');
      expectProblem(run, /taken by another account.*\[bucket-name-taken\]/, 'make test-env-up');
      expect(await environment.succeed('up')).not.toContain(bucket);
      await environment.succeed('down');
      expect(await environment.remains()).toEqual([]);
    },
    300_000,
  );
});
