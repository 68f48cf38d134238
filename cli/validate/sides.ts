import { athenaClient } from '../../clients/athena/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { athenaEngine } from '../../validation/engines/athena-engine.js';
import { trinoEngine } from '../../validation/engines/trino-engine.js';
import type { TrinoEngineOptions } from '../../validation/engines/trino-engine.js';
import { athenaCatalog, besideAthena } from '../../validation/run/index.js';
import type { SideAccess, SideConnections } from '../../validation/run/index.js';
import type { CliIo } from '../io.js';
import { caOf, trinoSecrets } from '../trino-secrets.js';
import type { TrinoSecrets } from '../trino-secrets.js';

/** Opens engines with the secrets in the environment. */
export function sideAccess({ env }: CliIo): Result<SideAccess> {
  // A worker that also registers tables signs in as somebody else for that.
  const password = env['A2O_VALIDATION_TRINO_PASSWORD'] ?? env['A2O_TRINO_PASSWORD'];
  const target = trinoSecrets({ ...env, A2O_TRINO_PASSWORD: password }, 'A2O_TRINO');
  const source = trinoSecrets(env, 'A2O_SOURCE_TRINO');
  if (!target.ok || !source.ok) return fail([target, source].flatMap((each) => (each.ok ? [] : each.error)));
  const trino = async (side: SideConnections['target'], secrets: TrinoSecrets, options: TrinoEngineOptions) =>
    await trinoEngine(
      trinoClient({ url: side.url, user: side.user, ...secrets, ...caOf(secrets.ca, side.authorities ?? []) }),
      options,
    );
  return ok({
    source: async ({ sides, pair }) => {
      const side = sides.source;
      if (side.type === 'trino') return await trino(side, source.value, { catalog: pair.source.catalog });
      const { account, region, workgroup, outputLocation } = side;
      const client = athenaClient({ region, workgroup, ...(outputLocation !== null && { outputLocation }) });
      return ok(await athenaEngine(client, { account, region, catalog: athenaCatalog }));
    },
    target: async ({ sides, pair }) =>
      await trino(sides.target, target.value, {
        catalog: pair.target.catalog,
        ...(sides.source.type === 'athena' && pair.schema.target === 'hive' && { catalogSession: besideAthena }),
      }),
  });
}
