/** Addresses of the two coordinators. */
export interface Coordinators {
  readonly interactive: string;
  readonly batch: string;
}

interface GatewayPorts {
  readonly interactive: number;
  readonly batch: number;
}

/** Port of the gateway's own metrics. */
export const gatewayMetricsPort = 8405;

/**
 * `haproxy.cfg`. TLS passes through, so that a client verifies the coordinator's own certificate. A cluster whose
 * coordinator is not `ACTIVE`, or still starting, gets no connections; users of the interactive one are routed to the
 * other meanwhile. Timeouts allow for queries that send nothing for a while. Source: HAProxy 3.0 configuration manual.
 */
export function renderHaproxy({ interactive, batch }: Coordinators, ports: GatewayPorts): string {
  // Twice: for some seconds after its start, Trino has no nodes for tables.
  const check = 'check check-ssl verify none inter 5s fall 3 rise 2';
  const section = (name: string, port: number, servers: readonly string[]): string[] => [
    '',
    `frontend ${name}`,
    `  bind :${port}`,
    `  default_backend ${name}`,
    '',
    `backend ${name}`,
    '  option httpchk',
    // With the quotes, or INACTIVE would match.
    ...expected('/v1/info/state', '"ACTIVE"'),
    ...expected('/v1/info', '"starting":false'),
    ...servers.map((server) => `  server ${server}`),
  ];
  return [
    'global',
    '  log stdout format raw local0',
    '  maxconn 4096',
    '',
    'defaults',
    '  mode tcp',
    '  log global',
    '  option tcplog',
    '  timeout connect 5s',
    '  timeout client 1h',
    '  timeout server 1h',
    ...section('interactive', ports.interactive, [
      `interactive ${interactive}:8443 ${check}`,
      `batch ${batch}:8443 ${check} backup`,
    ]),
    ...section('batch', ports.batch, [`batch ${batch}:8443 ${check}`]),
    '',
    'frontend metrics',
    '  mode http',
    `  bind :${gatewayMetricsPort}`,
    '  http-request use-service prometheus-exporter if { path /metrics }',
    '  http-request deny',
    '',
  ].join('\n');
}

/** A step of a check: a connection, a request, and text that the response must contain. */
function expected(path: string, text: string): string[] {
  return [
    '  http-check connect default',
    `  http-check send meth GET uri ${path}`,
    `  http-check expect string "${text.replaceAll('"', String.raw`\"`)}"`,
  ];
}
