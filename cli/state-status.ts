import { printable } from '../core/diagnostic.js';
import type { StoreStatus } from '../state/index.js';
import { alignColumns } from './text-table.js';

/** For people. */
export function describeStatus(status: StoreStatus): string {
  const { engine, place, serverVersion, user, sizeBytes, rows, queues, roles } = status;
  const lines = [
    `Store  ${printable(place)}`,
    `  engine   ${engine === 'embedded' ? 'embedded (one process at a time)' : 'PostgreSQL server'}`,
    ...(serverVersion === null ? [] : [`  version  PostgreSQL ${serverVersion}, as ${user ?? ''}`]),
    `  schema   ${schemaText(status)}`,
    `  size     ${(sizeBytes / 1_000_000).toFixed(1)} MB`,
    ...(engine === 'embedded'
      ? []
      : [`  roles    ${roles.length === 0 ? 'none (aws2openstack state grant)' : roles.join(', ')}`]),
  ];
  if (Object.keys(rows).length > 0)
    lines.push(
      'Rows',
      alignColumns(
        Object.entries(rows).map(([table, count]) => [table, countText(count)]),
        1,
      ),
    );
  if (queues !== null)
    lines.push(
      'Queues',
      alignColumns(
        Object.entries(queues).map(([queue, states]) => [printable(queue), stateText(states)]),
        2,
      ),
    );
  return lines.join('\n');
}

function schemaText({ engine, schema: { applied, pending, unknown } }: StoreStatus): string {
  if (unknown.length > 0) return `changed by a newer aws2openstack (${unknown.join(', ')}); update this one`;
  const toDo = engine === 'embedded' ? 'made on first use, or by' : 'run';
  if (applied.length === 0) return `none yet: ${toDo} \`aws2openstack state migrate\``;
  if (pending.length > 0)
    return `${applied.at(-1) ?? ''}; it lacks ${pending.join(', ')}: run \`aws2openstack state migrate\``;
  return `${applied.at(-1) ?? ''}, up to date`;
}

function countText(count: number | null): string {
  return count === null ? 'no right to read' : String(count);
}

function stateText(states: Readonly<Record<string, number>>): string {
  const texts = Object.entries(states).map(([state, count]) => `${state} ${count}`);
  return texts.length === 0 ? 'empty' : texts.join(', ');
}
