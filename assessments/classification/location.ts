import { parseS3Location, withoutEndSlashes } from '../../core/s3-location.js';

export function bucketOf(location: string | null): string | null {
  return parseS3Location(location)?.bucket ?? null;
}

/** Whether one location is the other or below it. A sibling with the same prefix is not. */
export function liesWithin(location: string, folder: string): boolean {
  const inner = normal(location);
  const outer = normal(folder);
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** Whether a partition is where Hive puts it and Trino looks for it: `<table>/key=value/…`. */
export function isHiveFolder(
  location: string,
  folder: string,
  keys: readonly string[],
  values: readonly string[],
): boolean {
  if (!liesWithin(location, folder) || keys.length !== values.length) return false;
  const steps = normal(location).slice(normal(folder).length).split('/').slice(1);
  return (
    steps.length === keys.length && steps.every((step, index) => isStep(step, keys[index] ?? '', values[index] ?? ''))
  );
}

/** Hive writes some characters as `%` and two hexadecimal digits, and has a special name for a missing value. */
function isStep(step: string, key: string, value: string): boolean {
  const equals = step.indexOf('=');
  const written = step
    .slice(equals + 1)
    .replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  const isKey = equals > 0 && step.slice(0, equals).toLowerCase() === key.toLowerCase();
  return isKey && (written === value || (written === '__HIVE_DEFAULT_PARTITION__' && value === ''));
}

function normal(location: string): string {
  const s3 = parseS3Location(location);
  return withoutEndSlashes(s3 === undefined ? location : `s3://${s3.bucket}/${s3.key}`);
}
