import { diagnostic } from '../core/diagnostic.js';
import type { Command } from 'commander';
import type { Capability } from '../openstack/probe/index.js';
import { isServiceUrl, serviceUrlRule } from '../openstack/session/index.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { alignColumns } from './text-table.js';

interface ProbeOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly json?: boolean;
}

export const registerProbe: Register = (program: Command, io, done) => {
  const probe = program.command('probe').description('find out what a service can do by trying it');

  probe
    .command('object-store')
    .description('what an S3 endpoint can do, tried in a bucket of its own that is removed again')
    .requiredOption('--endpoint <url>', 'S3 endpoint, such as https://rgw.acme.example')
    .option('--region <region>', 'region to sign with', 'us-east-1')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (openstack ec2 credentials create makes a pair).

Example:
  $ aws2openstack probe object-store --endpoint https://rgw.acme.example`,
    )
    .action(async (options: ProbeOptions, command: Command) => {
      // Not commander's check of an argument, whose message holds the value: a password may be in it.
      if (!isServiceUrl(options.endpoint)) {
        command.error(`error: --endpoint must be ${serviceUrlRule}, such as https://rgw.acme.example`);
      }
      done(await probeStore(options, io));
    });
};

async function probeStore({ endpoint, region, json }: ProbeOptions, io: CliIo): Promise<ExitCode> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = io.env;
  if (accessKeyId === '' || secretAccessKey === '') {
    return failed(io, [
      diagnostic({
        code: 'probe-credentials',
        message: 'There are no keys to sign with: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.',
        fix: 'Make a pair (openstack ec2 credentials create, or radosgw-admin user create) and set both.',
      }),
    ]);
  }
  // The SDK takes longer to load than most commands to run.
  const { probeObjectStore } = await import('../openstack/probe/index.js');
  const target = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const capabilities = await probeObjectStore(target, (line) => io.stderr.write(`${line}\n`));
  if (!capabilities.ok) return failed(io, capabilities.error);
  io.stdout.write(
    json === true
      ? `${JSON.stringify({ kind: 'ObjectStoreCapabilities', endpoint, capabilities: capabilities.value })}\n`
      : textOf(Object.entries(capabilities.value)),
  );
  return 0;
}

function textOf(capabilities: readonly [name: string, capability: Capability][]): string {
  const rows = capabilities.map(([name, { supported, detail }]) => [name, supported ? 'yes' : 'no', detail]);
  const settings = capabilities.map(([name, { supported }]) => `${name}: ${String(supported)}`);
  return `${alignColumns(rows, 3)}

For the mapping, so that every Plan respects it:
target:
  objectStore:
    capabilities: { ${settings.join(', ')} }
`;
}
