import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const builtInFolder = join(import.meta.dirname, 'templates');

/** Names of the templates that come with the tool. */
export function builtInTemplates(): readonly string[] {
  return readdirSync(builtInFolder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}
