import { createRequire } from 'node:module';

/** The version in package.json, such as `0.1.0`. */
export function toolVersion(): string {
  const { version } = createRequire(import.meta.url)('#package.json') as { version: string };
  return version;
}
