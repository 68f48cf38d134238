import { sql } from 'kysely';
import type { FastifyInstance } from 'fastify';
import { readOnly } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';

/** `GET /healthz`, for whoever restarts it: 200 while the store answers. An error of the store is a 503, as everywhere. */
export function healthRoute(app: FastifyInstance, state: State): void {
  app.get('/healthz', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    await readOnly(state, { timeoutMs: 3000 }, ({ db }) => sql`SELECT 1`.execute(db));
    return await reply.send({ status: 'ok' });
  });
}
