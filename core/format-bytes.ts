const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** Such as `1.5 GB`: powers of 1000, as in rules (`sizeGb`) and in sizing; at most one decimal. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit] ?? 'B'}`;
}

/** Such as `12 objects, 1.5 GB`. */
export function describeCount({ objects, bytes }: { readonly objects: number; readonly bytes: number }): string {
  return `${objects} ${objects === 1 ? 'object' : 'objects'}, ${formatBytes(bytes)}`;
}
