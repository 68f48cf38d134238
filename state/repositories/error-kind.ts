const maxLength = 200;

/**
 * The common part of errors of the same kind: the first line without names, numbers and ids, at most 200
 * characters. `NoSuchKey: s3://lake/a/1.parquet (attempt 3)` becomes `NoSuchKey: … (attempt …)`.
 */
export function errorKind(message: string): string {
  const [line = ''] = message
    .trim()
    .slice(0, 2000)
    .split(/[\r\n]/, 1);
  return line
    .replace(/[a-z][a-z0-9+.-]{0,20}:\/\/[^\s'"()]{1,1000}/gi, '…')
    .replace(/'[^']{1,500}'|"[^"]{1,500}"|`[^`]{1,500}`/g, '…')
    .replace(/\b(?=[\w-]{0,80}\d)[\w-]{1,80}\b/g, '…')
    .replace(/\s+/g, ' ')
    .slice(0, maxLength)
    .toWellFormed();
}
