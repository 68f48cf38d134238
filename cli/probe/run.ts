import { diagnostic } from '../../core/diagnostic.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { probeObjectStore } from '../../openstack/probe/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { caOf, readCertificate } from '../trino-secrets.js';
import { describeCapabilities } from './view.js';

export interface ProbeOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly json?: boolean;
}

export async function probeStore({ endpoint, region, json }: ProbeOptions, io: CliIo): Promise<ExitCode> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = io.env;
  if (accessKeyId === '' || secretAccessKey === '') {
    return failed(io, [
      diagnostic({
        code: 'probe-credentials',
        message: 'AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set, so requests cannot be signed.',
        fix: 'Create a key pair (openstack ec2 credentials create, or radosgw-admin user create) and set both variables.',
      }),
    ]);
  }
  const ca = readCertificate(io.env, 'A2O_TARGET_CA_FILE');
  if (!ca.ok) return failed(io, ca.error);
  const target = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, ...caOf(ca.value, []) };
  const stop = onStopSignals();
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  stop.signal.addEventListener('abort', () => {
    say('Interrupted: the bucket is being removed. A second Ctrl-C ends the command at once and leaves it.');
  });
  const capabilities = await probeObjectStore(target, say, { signal: stop.signal }).finally(stop.forget);
  if (!capabilities.ok) return failed(io, capabilities.error);
  io.stdout.write(
    json === true
      ? `${JSON.stringify({ kind: 'ObjectStoreCapabilities', endpoint, capabilities: capabilities.value })}\n`
      : describeCapabilities(capabilities.value),
  );
  return 0;
}
