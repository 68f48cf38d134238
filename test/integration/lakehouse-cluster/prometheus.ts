import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeExporter } from '../../../constructs/metrics/index.js';
import type { ScrapeTargets } from '../../../constructs/metrics/index.js';
import { renderPrometheus } from '../../../constructs/metrics/render-prometheus.js';
import { startProgram, stopProgram } from '../../../environments/lakehouse/program.js';
import { freePort } from '../../support/postgres-server.js';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** A real Prometheus with the rendered `prometheus.yml`, and this machine's node exporter with the rendered arguments. */
export interface Monitoring {
  ask(query: string): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

/** `certificate` is a file in PEM, `password` that of the user `metrics`: what an operator puts beside it. */
export async function startMonitoring(
  targets: Omit<ScrapeTargets, 'machines'>,
  { certificate, password }: { readonly certificate: string; readonly password: string },
): Promise<Monitoring> {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-figures-'));
  const names = ['prometheus', 'prometheus-node-exporter'] as const;
  const pidFile = (name: string): string => join(folder, `${name}.pid`);
  const start = async (name: (typeof names)[number], args: readonly string[], readyPath: string): Promise<string> => {
    const address = `127.0.0.1:${await freePort()}`;
    await startProgram(
      {
        name,
        command: [name, ...args, `--web.listen-address=${address}`],
        env: process.env,
        cwd: folder,
        pidFile: pidFile(name),
        logFile: join(folder, `${name}.log`),
        isLasting: false,
      },
      async () => (await fetch(`http://${address}${readyPath}`).catch(() => undefined))?.ok === true,
      60_000,
    );
    return address;
  };

  const [, args = ''] = /IMAGE (.*)/.exec(nodeExporter('IMAGE').unit) ?? [];
  const exporter = await start('prometheus-node-exporter', args.replace('/host', '/').split(' '), '/metrics');
  const config = renderPrometheus({ ...targets, machines: [exporter] });
  // Only the pace is another.
  writeFileSync(join(folder, 'prometheus.yml'), config.replace('interval: 30s', 'interval: 2s').replace('20s', '2s'));
  writeFileSync(join(folder, 'trino-metrics.password'), password);
  copyFileSync(certificate, join(folder, 'trino.pem'));
  const places = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'series')}`];
  const address = await start('prometheus', places, '/-/ready');
  return {
    ask: async (query) => {
      const response = await fetch(`http://${address}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
      const { data, error } = (await response.json()) as { data: { result: readonly Sample[] }; error?: string };
      if (error !== undefined) throw new Error(`${query}: ${error}`);
      return data.result;
    },
    stop: async () => {
      for (const name of names) await stopProgram(pidFile(name), 'SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}
