import { expect, test } from '@jest/globals';
import { TerraformStack, Testing } from 'cdktf';
import { failedRules } from '../../../constructs/common/index.js';
import { parseDatabaseUrl } from '../../../state/store/location.js';
import { runnerImage, runnerProgram, runnerService } from '../../support/runner-program.js';

test('the service runs the workers of the packed product, as a user without rights, until it is stopped', () => {
  const { unit, starts } = runnerService();
  expect(starts).toBe(true);
  for (const part of ['--user 20001:20001', '--read-only', '--cap-drop all', '--security-opt no-new-privileges'])
    expect(unit).toContain(`  ${part} \\\n`);
  expect(unit).toMatch(new RegExp(`^ {2}${runnerImage} migrate worker --processes cores$`, 'm'));
  expect(unit).toMatch(/^Restart=always$/m);
  expect(unit).toMatch(/^ExecStop=\/usr\/bin\/podman stop .*--time 60/m);
});

test('the schema of the store is migrated in a container like that of the workers, before they start', () => {
  const { unit } = runnerService();
  const [migrate] = /^ExecStartPre=\S+podman run .*$/m.exec(unit) ?? [''];
  const [, worker = ''] = /^ExecStart=([^]*?)\nExecStop/m.exec(unit) ?? [];
  const options = worker
    .replaceAll(' \\\n ', '')
    .match(/--(?:env-file|volume|user|cap-drop|security-opt) \S+|--read-only/g);
  expect(options).toHaveLength(9);
  for (const option of options ?? []) expect(migrate).toContain(option);
  const program = { host: 'database', port: 5432, password: 'x', relocate: (text: string) => text };
  expect(runnerProgram(program).commands).toEqual([
    ['state', 'migrate'],
    ['migrate', 'worker', '--processes', 'cores'],
  ]);
});

test('secrets are references; the database is verified by the authority of the lakehouse', () => {
  const { files, secrets } = runnerService();
  expect(secrets).toMatchObject({
    A2O_TARGET_ACCESS_KEY_ID: { type: 'named', name: 'lake-s3', part: 0 },
    A2O_TARGET_SECRET_ACCESS_KEY: { type: 'named', name: 'lake-s3', part: 1 },
    AWS_ACCESS_KEY_ID: { type: 'named', name: 'lake-source', part: 0 },
    AWS_SECRET_ACCESS_KEY: { type: 'named', name: 'lake-source', part: 1 },
    A2O_TRINO_PASSWORD: { type: 'generated', name: 'trino' },
    PGPASSWORD: { type: 'generated', name: 'database' },
  });
  const [, url = ''] = /^DATABASE_URL=(.*)$/m.exec(files['settings.env'] ?? '') ?? [];
  expect(url).toBe(
    'postgresql://migration@database:5432/migration?sslmode=verify-full&sslrootcert=/etc/authority/ca.pem&application_name=migration-runner&pool_max_conns=5',
  );
  // The authority's certificate is not on this machine.
  expect(parseDatabaseUrl(url)).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('ca.pem') }] });
});

test('an image that may change its content is refused', () => {
  const app = Testing.app();
  const codes = (): string[] => failedRules(app).map(({ code }) => code);
  runnerService({ scope: new TerraformStack(app, 'pinned') });
  expect(codes()).toEqual([]);
  runnerService({ scope: new TerraformStack(app, 'moving'), image: 'registry.example/aws2openstack:0.1.0' });
  expect(codes()).toEqual(['runner-image-not-pinned']);
});
