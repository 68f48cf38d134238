import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { writeFileAtomically } from '../../core/atomic-file.js';
import type { Ports } from './bundle.js';

const names: readonly (keyof Ports)[] = ['trino', 'metastore', 'catalog', 'database'];

/** The ports in the file, which are chosen once. Throws when the file holds anything else. */
export async function portsIn(file: string): Promise<Ports> {
  if (!existsSync(file)) {
    const chosen = await freePorts(names.length);
    const ports = Object.fromEntries(names.map((name, index) => [name, chosen[index]]));
    writeFileAtomically(file, `${JSON.stringify(ports)}\n`);
  }
  const ports = parsed(readFileSync(file, 'utf8'));
  if (!isPorts(ports))
    throw new Error(
      `${file} does not hold a lakehouse's ports: it must be JSON with a port for each of ${names.join(', ')}. ` +
        'Delete the file, then run `make lakehouse-local-down` and `make lakehouse-local`: new ports are chosen, the data stays.',
    );
  return ports;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPorts(value: unknown): value is Ports {
  const ports = (value ?? {}) as Readonly<Record<string, unknown>>;
  return names.every((name) => {
    const port = ports[name];
    return Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
  });
}

/** Ports of 127.0.0.1 that nothing listens on. */
async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    probes.map(
      (probe) =>
        new Promise<number>((resolve, reject) => {
          probe.on('error', reject).listen(0, '127.0.0.1', () => {
            resolve((probe.address() as AddressInfo).port);
          });
        }),
    ),
  );
  for (const probe of probes) probe.close();
  return ports;
}
