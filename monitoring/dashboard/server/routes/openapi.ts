import type { FastifyInstance } from 'fastify';
import { toolVersion } from '../../../../core/tool-version.js';

export const openApi = {
  openapi: '3.1.0',
  info: {
    title: 'aws2openstack dashboard',
    description: 'What the store of aws2openstack knows about a migration. Requests need the cookie of a session.',
    version: toolVersion(),
  },
} as const;

/** `GET /api/openapi.json`: of the same schemas that check the requests. */
export function openApiRoute(app: FastifyInstance): void {
  app.get('/api/openapi.json', { config: { access: 'viewer' }, schema: { hide: true } }, () => app.swagger());
}
