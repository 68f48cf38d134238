import { TerraformStack, Testing } from 'cdktf';
import { MigrationRunner } from '../../constructs/migration-runner/index.js';
import type { Service } from '../../constructs/service/index.js';

export const runnerImage = `registry.example/aws2openstack@sha256:${'7'.repeat(64)}`;

/** The service of a runner machine. */
export function runnerService({
  scope = new TerraformStack(Testing.app(), 'test'),
  host = 'database',
  port = 5432,
  image = runnerImage,
} = {}): Service {
  const secret = (name: string) => ({ type: 'generated', name, ref: name }) as const;
  return new MigrationRunner(scope, 'Runner', {
    image,
    database: { host, port, database: 'migration', user: 'migration', password: secret('database') },
    trinoPassword: secret('trino'),
    sourceSecret: 'lake-source',
    objectStore: { credentialsSecret: 'lake-s3' },
  }).service;
}

export interface RunnerProgram {
  /** Arguments of the product: before the start, and of the service. */
  readonly commands: readonly [before: readonly string[], service: readonly string[]];
  /** Settings and secrets, as podman reads them. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the unit of a runner machine runs in its container, for this machine. Every secret but the store's is `test`. */
export function runnerProgram(place: {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly relocate: (text: string) => string;
}): RunnerProgram {
  const { unit, files, secrets } = runnerService(place);
  const argumentsOf = (line: RegExp): string[] =>
    (line.exec(unit)?.[0].split(`${runnerImage} `)[1] ?? '').trim().split(' ');
  const settings = place
    .relocate(files['settings.env'] ?? '')
    .trim()
    .split('\n');
  return {
    commands: [argumentsOf(/^ExecStartPre=.*state migrate$/m), argumentsOf(/^ {2}\S+@sha256:.*$/m)],
    env: {
      PATH: process.env['PATH'] ?? '',
      ...Object.fromEntries(Object.keys(secrets).map((variable) => [variable, 'test'])),
      ...Object.fromEntries(settings.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string])),
      PGPASSWORD: place.password,
    },
  };
}
