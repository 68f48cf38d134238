import type { SourcePosition } from '../core/diagnostic.js';
import { findTemplateOnDisk, isBuiltInTemplate } from './find-template.js';
import { readLineage } from './language/index.js';

/**
 * Where users change a setting, such as `target.flavors.trino`: where their template, or one of theirs that it extends,
 * sets it. If only a built-in template sets it: the innermost section around it that they wrote. `undefined` when there is
 * none, or when the template cannot be read.
 */
export function locateSetting(mapping: string, setting: string): SourcePosition | undefined {
  const lineage = readLineage(mapping, findTemplateOnDisk);
  if (!lineage.ok) return undefined;
  const own = lineage.value.filter(({ file }) => !isBuiltInTemplate(file));
  const sources = own.length > 0 ? own : lineage.value;
  for (let section = setting.split('.'); section.length > 0; section = section.slice(0, -1)) {
    const source = sources.find(({ value }) => holds(value, section));
    if (source !== undefined) return source.positionOf(section);
  }
  return undefined;
}

function holds(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return false;
  return holds((value as Record<string, unknown>)[first], rest);
}
