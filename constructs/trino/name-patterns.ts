/** A regular expression that matches exactly these names, case-sensitively. */
export function exactly(names: readonly string[]): string {
  return names.map((name) => name.replace(/[^\p{L}\p{N}_]/gu, '\\$&')).join('|');
}
