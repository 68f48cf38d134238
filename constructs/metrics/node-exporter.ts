import { containerService } from '../service/index.js';
import type { Service } from '../service/index.js';

export const nodeExporterPort = 9100;

/**
 * Metrics of every machine: processors, memory, disks, and the state of its services, by which the programs without
 * metrics of their own (Hive Metastore, PostgreSQL, the runners) are monitored.
 * Source: Prometheus node exporter 1.8, 'Collectors'.
 */
export function nodeExporter(image: string): Service {
  return containerService({
    name: 'node-exporter',
    description: 'Prometheus node exporter',
    image,
    args: ['--path.rootfs=/host', '--collector.systemd', '--collector.systemd.unit-include=a2o-.*'],
    mounts: { '/': '/host:ro,rslave', '/run/dbus/system_bus_socket': '/run/dbus/system_bus_socket:ro' },
  });
}
