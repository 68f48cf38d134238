import { loadTemplate } from '../../mappings/language/index.js';
import type { FindTemplate } from '../../mappings/language/index.js';
import { findTemplateOnDisk } from '../../mappings/find-template.js';
import type { MappingTemplate } from '../../mappings/index.js';
import type { Result } from '../../core/result.js';

export const header = 'apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\n';

/** Loads `acme.yaml` from memory; other names from `files`, then from the built-in ones. */
export function load(
  text: string,
  options: { readonly variables?: Record<string, string>; readonly files?: Record<string, string> } = {},
): Result<MappingTemplate> {
  const files: Record<string, string> = { 'acme.yaml': text, ...options.files };
  const find: FindTemplate = (reference, from) =>
    Object.hasOwn(files, reference)
      ? { ok: true, value: { file: reference, text: files[reference] ?? '' } }
      : findTemplateOnDisk(reference, from);
  return loadTemplate('acme.yaml', {
    find,
    ...(options.variables === undefined ? {} : { variables: options.variables }),
  });
}

/** A template that extends the default with these rules (YAML of a list). */
export function templateWith(rules: string, more = ''): MappingTemplate {
  const loaded = load(`${header}extends: default\n${more}rules:\n${rules}`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error, null, 2));
  return loaded.value;
}
