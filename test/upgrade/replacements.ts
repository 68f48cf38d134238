import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from './fixture.js';

/** By resource type: paths such as `network.uuid`. `tools/terraform-providers/replacing-arguments` wrote it. */
const replacing = JSON.parse(readFileSync(join(import.meta.dirname, 'replacing-arguments.json'), 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

/** The bundle of a new version is a new object; machines keep theirs until they are rolled. */
const isBundle = (name: string): boolean => name.startsWith('ConfigBundle_Upload_');

type Arguments = Readonly<Record<string, unknown>>;

/**
 * What makes Terraform destroy a resource and create it anew, as `<type>.<name> <argument>`, sorted: arguments that were
 * changed and that the provider cannot change in place. References are compared as they are written.
 */
export function replacements(before: Resources, now: Resources): readonly string[] {
  return Object.entries(before)
    .flatMap(([type, named]) =>
      Object.entries(named).flatMap(([name, old]) => {
        const kept = now[type]?.[name];
        return kept === undefined || isBundle(name)
          ? []
          : changed(type, old, kept).map((path) => `${type}.${name} ${path}`);
      }),
    )
    .sort();
}

function changed(type: string, before: Arguments, now: Arguments): readonly string[] {
  const paths = replacing[type];
  if (paths === undefined) throw new Error(`replacing-arguments.json has no ${type}.`);
  const { ignore_changes: ignored = [] } = (now['lifecycle'] ?? {}) as { readonly ignore_changes?: readonly string[] };
  return paths
    .filter((path) => !ignored.includes(path.split('.')[0] ?? ''))
    .filter((path) => JSON.stringify(valuesAt(before, path)) !== JSON.stringify(valuesAt(now, path)));
}

/** Of each block, where blocks are repeated. */
function valuesAt(value: unknown, path: string): readonly unknown[] {
  const [first = '', ...rest] = path.split('.');
  const found = (Array.isArray(value) ? value : [value]).flatMap((each): readonly unknown[] => {
    const inner = (each as Arguments | null | undefined)?.[first];
    return inner === undefined ? [] : [inner];
  });
  return rest.length === 0 ? found : found.flatMap((each) => valuesAt(each, rest.join('.')));
}
