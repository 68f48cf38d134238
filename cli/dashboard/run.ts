import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { onStopSignals } from '../../core/stop-signals.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { buildServer, oidcSettings, openSecrets } from '../../monitoring/dashboard/server/index.js';
import type { OpenedSecrets } from '../../monitoring/dashboard/server/index.js';
import { placeOf } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import { embeddedFolder } from '../../state/store/location.js';
import { useStore } from '../../state/store/use-store.js';
import type { CliIo, ExitCode } from '../io.js';
import { logTo } from '../log.js';
import type { Log } from '../log.js';
import type { LogFormat } from '../log-option.js';

export interface DashboardFlags {
  readonly port: number;
  readonly host: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly terraform?: string;
  readonly certificate?: string;
  readonly allowedSigners?: string;
  readonly newTokens: boolean;
  /** In JSON, requests are logged, too. */
  readonly log: LogFormat;
}

/** Serves until SIGTERM or SIGINT. */
export async function serveDashboard(flags: DashboardFlags, io: CliIo): Promise<ExitCode> {
  const log = logTo(io, flags.log);
  const tls = readTls(flags);
  if (!tls.ok) return log.failed(tls.error);
  const use = { access: 'read', command: 'dashboard', waitMs: storeWaitMs } as const;
  const served = await useStore(io.env, use, async (state) => await serve(state, flags, tls.value, { io, log }));
  return served.ok ? 0 : log.failed(served.error);
}

async function serve(
  state: State,
  { port, host, terraform, certificate: folder, allowedSigners, newTokens, log: format }: DashboardFlags,
  tls: Tls | undefined,
  { io, log }: { readonly io: CliIo; readonly log: Log },
): Promise<Result<void>> {
  const publicUrl = readPublicUrl(io.env);
  if (!publicUrl.ok) return publicUrl;
  const oidc = oidcSettings(io.env, publicUrl.value ?? new URL(urlOf(tls, host, port)));
  if (!oidc.ok) return oidc;
  const secrets = openSecrets(secretsFile(state.location, io.env), { renew: newTokens });
  if (!secrets.ok) return secrets;
  // Before anything else can fail, because they are not shown again. A log of JSON is collected; they are for whoever
  // started this.
  const person = format === 'json' ? io.stdout : io.stderr;
  person.write(describeTokens(secrets.value));
  const app = await buildServer({
    state,
    secrets: secrets.value.secrets,
    ...(tls !== undefined && { tls }),
    ...(publicUrl.value !== undefined && { publicUrl: publicUrl.value }),
    ...(oidc.value !== undefined && { oidc: oidc.value }),
    ...(terraform !== undefined && { terraform }),
    certificate: { ...(folder !== undefined && { folder }), ...(allowedSigners !== undefined && { allowedSigners }) },
    onProblem: (problem) => {
      const { message, stack } = problem instanceof Error ? problem : new Error(String(problem));
      log.line({ level: 'error', message: format === 'text' ? (stack ?? message) : message, stack });
    },
    ...(format === 'json' && {
      onAnswered: (answered) => {
        const { method, route, status } = answered;
        log.line({ level: 'info', message: `${method} ${route} ${status}`, event: 'request', ...answered });
      },
    }),
  });
  const stop = onStopSignals();
  try {
    await app.listen({ host, port });
  } catch (error) {
    stop.forget();
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    return fail([cannotListen(host, port, message)]);
  }
  const { port: listening } = app.server.address() as AddressInfo;
  io.stdout.write(`Dashboard of ${placeOf(state.location)}: ${urlOf(tls, host, listening)}\n`);
  if (!stop.signal.aborted) await once(stop.signal, 'abort');
  stop.forget();
  await app.close();
  return ok(undefined);
}

interface Tls {
  readonly cert: string;
  readonly key: string;
}

function readTls({ host, tlsCert, tlsKey }: DashboardFlags): Result<Tls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) {
    const isThisMachine = host === 'localhost' || host === '::1' || host.startsWith('127.');
    return isThisMachine ? ok(undefined) : fail([unencrypted(host)]);
  }
  if (tlsCert === undefined || tlsKey === undefined) return fail([unencrypted(host)]);
  try {
    return ok({ cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') });
  } catch (error) {
    return fail([
      diagnostic({
        code: 'dashboard-certificate',
        message: `The certificate cannot be read: ${(error as Error).message}.`,
        fix: 'Correct --tls-cert and --tls-key.',
      }),
    ]);
  }
}

/** Where a proxy is in front. */
function readPublicUrl({ A2O_DASHBOARD_URL: text }: CliIo['env']): Result<URL | undefined> {
  if (text === undefined || text === '') return ok(undefined);
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? ok(url) : fail([badPublicUrl()]);
}

/** In the folder of an embedded store; for a server, where its folder would lie. An earlier version put it below `cwd`. */
function secretsFile(location: StateLocation, env: CliIo['env']): string {
  if (location.engine === 'embedded') return join(location.folder, '.a2o-dashboard.json');
  const earlier = join('.aws2openstack', 'dashboard.json');
  const { folder, chosenBy } = embeddedFolder(env, process.cwd());
  if (chosenBy !== 'A2O_STATE_DIR' && existsSync(earlier)) return earlier;
  return chosenBy === 'XDG_STATE_HOME' ? join(folder, 'dashboard.json') : join(dirname(folder), 'dashboard.json');
}

function urlOf(tls: Tls | undefined, host: string, port: number): string {
  return `${tls === undefined ? 'http' : 'https'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`;
}

function describeTokens({ made, madeAt }: OpenedSecrets): string {
  if (made === undefined)
    return `Sign in with the tokens that were made on ${madeAt.toISOString().slice(0, 10)}; --new-tokens makes new ones and ends all sessions.\n`;
  const { viewer, operator, admin } = made;
  return [
    'Tokens to sign in with; they are not shown again:',
    `  viewer    ${viewer}`,
    `  operator  ${operator}`,
    `  admin     ${admin}`,
    '',
  ].join('\n');
}

function unencrypted(host: string) {
  return diagnostic({
    code: 'dashboard-without-tls',
    message: `Listening on ${host} needs a certificate: without TLS, others on the network could read the sessions.`,
    fix: 'Add --tls-cert FILE and --tls-key FILE, or listen on 127.0.0.1 behind a proxy that terminates TLS.',
  });
}

function badPublicUrl() {
  return diagnostic({
    code: 'dashboard-url',
    path: 'A2O_DASHBOARD_URL',
    message: 'A2O_DASHBOARD_URL is not an http or https URL.',
    fix: 'Set it to the address of the dashboard in the browser, such as https://lake.example/, or unset it.',
  });
}

function cannotListen(host: string, port: number, message: string) {
  return diagnostic({
    code: 'dashboard-port',
    message: `The dashboard cannot listen on ${host}, port ${port}: ${message}.`,
    fix: 'Choose another port with --port, or 0 for a free one.',
  });
}
