import type { SourcePosition } from '../core/diagnostic.js';
import { findTemplateOnDisk } from './find-template.js';
import { readLineage } from './language/index.js';

/**
 * Where a setting of a template stands, such as `target.flavors.trino`: in the template itself, or in the nearest
 * ancestor that sets it. `undefined` when none does, or when the template cannot be read.
 */
export function locateSetting(mapping: string, setting: string): SourcePosition | undefined {
  const lineage = readLineage(mapping, findTemplateOnDisk);
  if (!lineage.ok) return undefined;
  const path = setting.split('.');
  const source = lineage.value.find(({ value }) => holds(value, path));
  return source?.positionOf(path);
}

function holds(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return false;
  return holds((value as Record<string, unknown>)[first], rest);
}
