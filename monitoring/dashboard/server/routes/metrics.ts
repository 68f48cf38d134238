import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { readOnly } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { refuse } from '../access.js';
import { diagnostic } from '../../../../core/diagnostic.js';
import { figuresOf } from '../../../figures/figures.js';
import type { Figure } from '../../../figures/figures.js';
import type { Feed } from '../events/feed.js';
import { roleOfToken } from '../sign-in/tokens.js';
import type { SignInSecrets } from '../sign-in/tokens.js';

interface MetricsRoute {
  readonly state: State;
  readonly secrets: SignInSecrets;
  readonly feed: Feed;
}

/** `GET /metrics`, for Prometheus, which sends the viewer's token as `Authorization: Bearer`. */
export function metricsRoute(app: FastifyInstance, { state, secrets, feed }: MetricsRoute): void {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  const durations = new Histogram({
    name: 'aws2openstack_dashboard_request_duration_seconds',
    help: 'Time until an answer was sent, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [own],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  new Gauge({
    name: 'aws2openstack_dashboard_live_viewers',
    help: 'Browsers that listen for events.',
    registers: [own],
    collect() {
      this.set(feed.size);
    },
  });

  app.get('/metrics', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const mayRead = request.session !== undefined || (token !== undefined && roleOfToken(token, secrets) !== undefined);
    if (!mayRead) return refuse(reply, 401, noToken());
    const registry = new Registry();
    const figures = await readOnly(state, { timeoutMs: 10_000 }, figuresOf);
    for (const figure of figures) register(figure, registry);
    return await reply.type(registry.contentType).send((await registry.metrics()) + (await own.metrics()));
  });
}

function register({ name, help, type, labelNames, values }: Figure, registry: Registry): void {
  const configuration = { name, help, labelNames: [...labelNames], registers: [registry] };
  if (type === 'counter') {
    const counter = new Counter(configuration);
    for (const { labels, value } of values) counter.inc(labels, value);
  } else {
    const gauge = new Gauge(configuration);
    for (const { labels, value } of values) gauge.set(labels, value);
  }
}

function noToken() {
  return diagnostic({
    code: 'not-signed-in',
    path: '/metrics',
    message: 'The request has neither a session nor a token.',
    fix: 'Send the header `Authorization: Bearer TOKEN` with the token of a viewer.',
  });
}
