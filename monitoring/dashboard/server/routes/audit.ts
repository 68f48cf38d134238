import type { FastifyInstance } from 'fastify';
import { listAuditEvents, readOnly } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { refuse } from '../access.js';
import { problems } from './problems-schema.js';

/** `GET /api/audit`: who changed what, the newest first. */
export function auditRoute(app: FastifyInstance, state: State): void {
  app.get<{ Querystring: { readonly cursor?: string; readonly limit?: number } }>(
    '/api/audit',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'audit',
        summary: 'The audit trail',
        tags: ['actions'],
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            cursor: { type: 'string', maxLength: 1000 },
            limit: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
          },
        },
        response: { '4xx': problems },
      },
    },
    async ({ query: { cursor, limit = 50 } }, reply) => {
      const page = await readOnly(state, { timeoutMs: 10_000 }, (reading) =>
        listAuditEvents(reading, { size: limit, cursor }),
      );
      if (!page.ok) return refuse(reply, 400, ...page.error);
      return { items: page.value.items, nextCursor: page.value.next };
    },
  );
}
