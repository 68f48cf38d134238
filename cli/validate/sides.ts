import { readFileSync } from 'node:fs';
import { athenaClient } from '../../clients/athena/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import type { TrinoConnection } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { athenaEngine } from '../../validation/engines/athena-engine.js';
import { trinoEngine } from '../../validation/engines/trino-engine.js';
import { athenaCatalog } from '../../validation/run/index.js';
import type { SideAccess, SideConnections } from '../../validation/run/index.js';
import type { CliIo } from '../io.js';

type Secrets = Pick<TrinoConnection, 'password' | 'ca' | 'serverName'>;

/** Opens engines with the secrets in the environment. */
export function sideAccess({ env }: CliIo): Result<SideAccess> {
  const target = trinoSecrets(env, 'A2O_TRINO');
  const source = trinoSecrets(env, 'A2O_SOURCE_TRINO');
  if (!target.ok || !source.ok) return fail([target, source].flatMap((each) => (each.ok ? [] : each.error)));
  const trino = async (side: SideConnections['target'], secrets: Secrets, catalog: string) =>
    await trinoEngine(trinoClient({ url: side.url, user: side.user, ...secrets }), { catalog });
  return ok({
    source: async ({ sides, pair, runId }) => {
      const side = sides.source;
      if (side.type === 'trino') return await trino(side, source.value, pair.source.catalog);
      const { account, region, workgroup, outputLocation } = side;
      const client = athenaClient({ region, workgroup, ...(outputLocation !== null && { outputLocation }) });
      return ok(athenaEngine(client, { account, region, catalog: athenaCatalog, runId }));
    },
    target: async ({ sides, pair }) => await trino(sides.target, target.value, pair.target.catalog),
  });
}

function trinoSecrets(env: CliIo['env'], prefix: string): Result<Secrets> {
  const given = (name: string): string | undefined => {
    const value = env[`${prefix}_${name}`];
    return value === '' ? undefined : value;
  };
  const [password, file, serverName] = [given('PASSWORD'), given('CA_FILE'), given('SERVER_NAME')];
  let ca: string | undefined;
  try {
    if (file !== undefined) ca = readFileSync(file, 'utf8');
  } catch (error) {
    return fail([
      diagnostic({
        code: 'certificate-file',
        path: file ?? '',
        message: `The file that ${prefix}_CA_FILE names cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        fix: `Set ${prefix}_CA_FILE to a PEM file with the certificate, or with the authority that signed it.`,
      }),
    ]);
  }
  return ok({
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { serverName }),
  });
}
