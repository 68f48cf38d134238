/** `s3a` and `s3n` are Hadoop's names for the same thing. */
const s3Location = /^s3[an]?:\/\/([^/]+)(\/|$)/i;

export function bucketOf(location: string | null): string | null {
  return s3Location.exec(location ?? '')?.[1] ?? null;
}

/** Whether one location is the other or lies below it. A sibling with the same beginning does not. */
export function liesWithin(location: string, folder: string): boolean {
  const inner = normal(location);
  const outer = normal(folder);
  return inner === outer || inner.startsWith(`${outer}/`);
}

function normal(location: string): string {
  return location.replace(/^s3[an]:/i, 's3:').replace(/\/+$/, '');
}
