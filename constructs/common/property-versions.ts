import type { Settings } from './render.js';

/** The versions of a program that know a property; both ends may be open. */
export interface PropertyVersions {
  /** The first version that knows it; without it, the first that is supported. */
  readonly since?: string;
  /**
   * The first version that no longer knows it, and the property's new name there, if any. A needless property is left out
   * from then on, because the program always does what the property asked for.
   */
  readonly until?: { readonly version: string; readonly now?: string; readonly isNeedless?: true };
}

/** Every property that a renderer may write, by name. With an unknown one, a program does not start, or ignores it. */
export type PropertyRegistry = Readonly<Record<string, PropertyVersions>>;

/**
 * The settings under their names in this version. Throws for a property that this version does not know, which is a bug
 * of the renderer, not a wrong input.
 */
export function settingsFor(
  program: { readonly name: string; readonly version: string; readonly properties: PropertyRegistry },
  settings: Settings,
): Settings {
  const { name, version, properties } = program;
  const named = Object.entries(settings).flatMap(([property, value]): [string, Settings[string]][] => {
    const known = properties[property];
    if (known === undefined) throw new Error(`${property} is in no list of the properties of ${name}`);
    const { since, until } = known;
    if (until !== undefined && compareVersions(version, until.version) >= 0) {
      if (until.isNeedless === true) return [];
      if (until.now === undefined) throw new Error(`${name} ${version} has no property ${property} any more`);
      return [[until.now, value]];
    }
    if (since !== undefined && compareVersions(version, since) < 0) {
      throw new Error(`${name} ${version} has no property ${property} yet`);
    }
    return [[property, value]];
  });
  return Object.fromEntries(named);
}

/** Compares numerically: 4.0.1 is before 4.0.10. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
