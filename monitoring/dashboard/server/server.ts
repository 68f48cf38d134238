import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import swagger from '@fastify/swagger';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { readOnly } from '../../../state/index.js';
import { guardRoutes } from './access.js';
import { Feed } from './events/feed.js';
import { answerFailures } from './failures.js';
import { CertificateFolder } from './folders/certificate-folder.js';
import { TerraformFolder } from './folders/terraform-folder.js';
import type { DashboardOptions } from './options.js';
import { observeRequests } from './request-log.js';
import { actionRoutes } from './routes/actions.js';
import { approveRoute } from './routes/approve.js';
import { auditRoute } from './routes/audit.js';
import { certificateRoutes } from './routes/certificate.js';
import { eventRoute } from './routes/events.js';
import { healthRoute } from './routes/health.js';
import { machineOrderRoutes } from './routes/machine-orders.js';
import { metricsRoute } from './routes/metrics.js';
import { openApi, openApiRoute } from './routes/openapi.js';
import { pageRoutes } from './routes/pages.js';
import { questionRoutes } from './routes/questions.js';
import { tablesCsvRoute } from './routes/tables-csv.js';
import { terraformRoutes } from './routes/terraform.js';
import { secure } from './security.js';
import { SignInCookies } from './sign-in/cookies.js';
import { oidcRoutes } from './sign-in/oidc-routes.js';
import { SessionEnds } from './sign-in/session-ends.js';
import { sessionRoutes } from './sign-in/session-routes.js';

const longestReadMs = 10_000;

/** The dashboard's HTTP server, ready to listen; the caller closes it, and then the store. */
export async function buildServer(options: DashboardOptions): Promise<FastifyInstance> {
  const { state, secrets, tls, publicUrl, oidc, onProblem } = options;
  const isEncrypted = tls !== undefined || publicUrl?.protocol === 'https:';
  const app = fastify({
    ...(tls === undefined ? {} : { https: { ...tls, minVersion: 'TLSv1.2' } }),
    bodyLimit: 1_000_000,
    // A proxy on this machine says for whom it asks.
    trustProxy: publicUrl === undefined ? false : 'loopback',
    // Viewers that listen for events would keep it open.
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, strict: false } },
  }) as unknown as FastifyInstance;
  // Schemas of answers are documentation; the answers are what the questions gave.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const cookies = new SignInCookies(secrets.key, { secure: isEncrypted });
  const ends = new SessionEnds(state, { onProblem });
  const feed = new Feed({
    read: (action) => readOnly(state, { timeoutMs: longestReadMs }, action),
    onProblem,
    ...(options.pollMs !== undefined && { pollMs: options.pollMs }),
  });

  observeRequests(app, options.onAnswered ?? (() => undefined));
  answerFailures(app, { location: state.location, onProblem });
  await secure(app, { isEncrypted, requestsPerMinute: options.requestsPerMinute ?? 1200 });
  await app.register(cookie);
  await app.register(csrf, { cookieKey: cookies.names.csrf, cookieOpts: cookies.options });
  await app.register(compress);
  await app.register(swagger, { openapi: openApi });
  guardRoutes(app, async (request) => {
    const session = cookies.sessionOf(request);
    return session === undefined || (await ends.isOver(session)) ? undefined : session;
  });

  sessionRoutes(app, { secrets, cookies, ends, oidc: oidc !== undefined });
  if (oidc !== undefined) oidcRoutes(app, oidc, { cookies, onProblem });
  questionRoutes(app, state);
  tablesCsvRoute(app, state);
  eventRoute(app, feed, ends);
  actionRoutes(app, { state, onProblem });
  approveRoute(app, state);
  machineOrderRoutes(app, state);
  auditRoute(app, state);
  terraformRoutes(app, { state, terraform: new TerraformFolder(options.terraform) });
  certificateRoutes(app, new CertificateFolder(options.certificate ?? {}));
  openApiRoute(app);
  healthRoute(app, state);
  metricsRoute(app, { state, secrets, feed });
  pageRoutes(app, options.webFolder);
  app.addHook('onClose', () => {
    feed.close();
  });
  return app;
}
