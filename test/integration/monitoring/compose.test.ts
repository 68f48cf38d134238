import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '..', '..', '..', 'docker', 'dashboard', 'compose.yaml');

interface Service {
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: object;
  readonly ports?: readonly (string | { readonly published: number; readonly target: number })[];
  readonly secrets?: readonly (string | { readonly source: string })[];
}
interface Compose {
  readonly services: Readonly<Record<'dashboard' | 'postgres' | 'store', Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** As docker-compose understands it: no container engine is needed to read it, and none runs here. */
function understood(): Compose {
  const env = { PATH: process.env['PATH'] ?? '', DASHBOARD_PORT: '8443', POSTGRES_PORT: '5544' };
  const text = execFileSync('docker-compose', ['--file', file, 'config'], { encoding: 'utf8', env });
  return parse(text) as Compose;
}

test('docker-compose accepts the dashboard and its store, each started when the one before is ready', () => {
  const { services, secrets } = understood();
  expect(Object.keys(services).sort()).toEqual(['dashboard', 'postgres', 'store']);
  expect(services.store.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  expect(services.dashboard.depends_on).toEqual({ store: { condition: 'service_completed_successfully' } });
  for (const service of [services.postgres, services.dashboard]) expect(service.healthcheck).toBeDefined();
  const published = [services.postgres, services.dashboard].flatMap(({ ports = [] }) => ports);
  expect(published).toEqual(['127.0.0.1:5544:5432/tcp', '127.0.0.1:8443:8420/tcp']);
  for (const { file: source } of Object.values(secrets)) expect(source).toContain('/docker/dashboard/secrets/');
});

test('no password is in an environment or an argument', () => {
  const { services } = understood();
  for (const { environment = {}, command = [] } of Object.values(services))
    for (const text of [...Object.values(environment), ...command]) expect(text).not.toMatch(/:[^/@]+@|password=/i);
  expect(services.postgres.environment).toMatchObject({ POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password' });
});
