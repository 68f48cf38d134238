import { catalogMetrics } from '../constructs/iceberg-rest-catalog/index.js';
import { nodeExporterPort } from '../constructs/metrics/index.js';
import type { ScrapeTargets } from '../constructs/metrics/index.js';
import type { Opening } from '../constructs/network/index.js';
import { gatewayMetricsPort } from '../constructs/trino-gateway/index.js';
import { trinoPort } from '../constructs/trino/index.js';
import type { MachineName } from '../core/address-plan.js';
import { icebergServers } from '../core/lakehouse-names.js';
import type { Plan } from '../mappings/plan.js';
import { machinesOf } from './machine-layout.js';
import type { MachineGroup, MachineLayout } from './machine-layout.js';

/** The layout with a node exporter on every machine, and openings for the networks that may collect metrics. */
export function monitored(layout: MachineLayout, plan: Plan): MachineLayout {
  const { monitorFrom } = plan.target.network;
  if (monitorFrom.length === 0) return layout;
  const openingsOf = (group: MachineGroup): Opening[] =>
    metricsPorts(group, plan)
      // The users' networks may already have access to the same port.
      .map((port) => ({ port, fromCidrs: monitorFrom.filter((cidr) => !isOpen(layout, group, port, cidr)) }));
  return {
    ...layout,
    groups: layout.groups.map((group) => ({ ...group, services: ['node-exporter', ...group.services] })),
    openings: Object.fromEntries(
      layout.groups.map((group) => [group.name, [...(layout.openings[group.name] ?? []), ...openingsOf(group)]]),
    ),
  };
}

/** The addresses that Prometheus scrapes. */
export function scrapeTargets(
  { groups }: MachineLayout,
  plan: Plan,
  addressOf: (machine: MachineName) => string,
): ScrapeTargets {
  const at = (port: number, runs: (service: string) => boolean): string[] =>
    groups
      .filter(({ services }) => services.some(runs))
      .flatMap((group) => machinesOf(group).map((machine) => `${addressOf(machine)}:${port}`));
  const metrics = catalogFigures(plan);
  return {
    coordinators: at(trinoPort, (service) => service.endsWith('-coordinator')),
    workers: at(trinoPort, (service) => service.endsWith('-worker')),
    gateways: at(gatewayMetricsPort, (service) => service === 'trino-gateway'),
    icebergCatalogs: metrics === undefined ? [] : at(metrics.port, (service) => service === 'iceberg-catalog'),
    icebergCatalogPath: metrics?.path ?? '/metrics',
    machines: at(nodeExporterPort, () => true),
  };
}

function metricsPorts({ services }: MachineGroup, plan: Plan): number[] {
  const catalog = services.includes('iceberg-catalog') ? catalogFigures(plan)?.port : undefined;
  return [
    nodeExporterPort,
    ...(services.some((service) => /-(coordinator|worker)$/.test(service)) ? [trinoPort] : []),
    ...(services.includes('trino-gateway') ? [gatewayMetricsPort] : []),
    ...(catalog === undefined ? [] : [catalog]),
  ];
}

function catalogFigures(plan: Plan): (typeof catalogMetrics)[keyof typeof catalogMetrics] | undefined {
  const [server] = icebergServers(plan.target);
  return server === undefined ? undefined : catalogMetrics[server];
}

function isOpen({ openings }: MachineLayout, { name }: MachineGroup, port: number, cidr: string): boolean {
  return (openings[name] ?? []).some((opening) => opening.port === port && (opening.fromCidrs ?? []).includes(cidr));
}
