import { describeCount } from '../../core/format-bytes.js';
import type { ResyncedTable } from './resync.js';

/** For people: what was copied again of a table and why, and what nobody copies or removes. */
export function describeResync(table: ResyncedTable): readonly string[] {
  const { name, damaged, changed, added, removed, extra, isMissing, newerMetadata, metadataUnknown, bytes } = table;
  const { isStarted, problem } = table;
  const reasons = [
    partOf(damaged, 'not at the target as it was copied'),
    partOf(changed, 'overwritten at the source'),
    partOf(added, 'new at the source'),
  ].filter((part) => part !== '');
  const objects = damaged.length + changed.length + added.length;
  const copied =
    objects > 0 ? `${describeCount({ objects, bytes })}: ${reasons.join(', ')}` : 'no object, because none differs';
  return [
    `  ${name}: ${copied}`,
    ...(isMissing ? ['    the table was missing at the target, and was registered again'] : []),
    ...(newerMetadata === null ? [] : [`    it went on at the source, and was registered from ${newerMetadata}`]),
    ...(metadataUnknown === null ? [] : [`    ${metadataUnknown}`]),
    ...(problem === null ? [] : [`    it did not end well: ${problem}`]),
    ...stayOf(removed, 'are gone from the source, and stay at the target'),
    ...stayOf(extra, 'are only at the target, and stay there'),
    ...(isStarted || extra.length > 0
      ? []
      : ['    Its files are equal at both ends: look at how both engines read them (schema, SerDe, partitions).']),
  ];
}

function partOf(names: readonly string[], what: string): string {
  return names.length === 0 ? '' : `${names.length} ${what} (${exampleOf(names)})`;
}

function stayOf(names: readonly string[], what: string): readonly string[] {
  return names.length === 0
    ? []
    : [`    ${names.length} objects ${what} (${exampleOf(names)}): remove them there if they are not wanted`];
}

function exampleOf(names: readonly string[]): string {
  return `${names[0] ?? ''}${names.length > 1 ? ', …' : ''}`;
}
