import type { CmdbFields } from '../payload/payload.js';

/** The names that a field's text may have in braces. An unknown value is null. */
export const placeholders = [
  'address',
  'appName',
  'at',
  'correlationId',
  'environment',
  'instanceType',
  'migrationId',
  'source',
  'sourceVmId',
  'status',
  'subnetId',
  'target',
  'targetVmName',
  'wave',
] as const;
export type PlaceholderValues = Readonly<Record<(typeof placeholders)[number], string | null>>;

const pattern = /\{([^{}]*)\}/g;

/** The problem with a text, for `'…' must …`; undefined if there is none. */
export function placeholderProblem(text: string): string | undefined {
  const unknown = [...text.matchAll(pattern)].find(([, name = '']) => !isPlaceholder(name));
  return unknown === undefined
    ? undefined
    : `must have no other placeholders than ${placeholders.map((name) => `{${name}}`).join(', ')}`;
}

/** The fields with the values; those of which a value is not known are left out, so that the CMDB keeps what it has. */
export function renderFields(fields: CmdbFields, values: PlaceholderValues): CmdbFields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) => {
      const rendered = typeof value === 'string' ? renderText(value, values) : value;
      return rendered === undefined ? [] : [[field, rendered]];
    }),
  );
}

function renderText(text: string, values: PlaceholderValues): string | undefined {
  const isUnknown = [...text.matchAll(pattern)].some(([, name = '']) => isPlaceholder(name) && values[name] === null);
  if (isUnknown) return undefined;
  return text.replace(pattern, (whole, name: string) => (isPlaceholder(name) ? (values[name] ?? '') : whole));
}

function isPlaceholder(name: string): name is keyof PlaceholderValues {
  return (placeholders as readonly string[]).includes(name);
}
