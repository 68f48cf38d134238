import { compareText } from '../../core/canonical-json.js';

/** Keys with the value `undefined` are omitted. */
export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

/** A Java properties file or an environment file: one `key=value` per line, sorted by key. */
export function renderProperties(settings: Settings): string {
  return sortedSettings(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** A Hadoop configuration file: one element per property, sorted by name. */
export function renderHadoopXml(settings: Settings): string {
  const properties = sortedSettings(settings).map(
    ([name, value]) => `  <property><name>${escapeXml(name)}</name><value>${escapeXml(value)}</value></property>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<configuration>\n${properties.join('')}</configuration>\n`;
}

function sortedSettings(settings: Settings): [string, string][] {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string] => [key, String(value)])
    .sort(([a], [b]) => compareText(a, b));
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
