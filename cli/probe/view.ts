import type { Capability } from '../../openstack/probe/index.js';
import { alignColumns } from '../text-table.js';

/** For people, with the setting that makes every Plan respect it. */
export function describeCapabilities(capabilities: Readonly<Record<string, Capability>>): string {
  const entries = Object.entries(capabilities);
  const rows = entries.map(([name, { supported, detail }]) => [name, supported ? 'yes' : 'no', detail]);
  const settings = entries.map(([name, { supported }]) => `${name}: ${String(supported)}`);
  return `${alignColumns(rows, 3)}

Add this to the mapping, so that every Plan takes it into account:
target:
  objectStore:
    capabilities: { ${settings.join(', ')} }
`;
}
