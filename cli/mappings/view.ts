import { stringify } from 'yaml';
import type { MappingTemplate } from '../../mappings/index.js';

/** The template as JSON, without the texts that it was read from. */
export function jsonOfTemplate(template: MappingTemplate): string {
  return `${JSON.stringify({ kind: 'MappingTemplate', ...template }, (key, value: unknown) => (key === 'texts' ? undefined : value))}\n`;
}

/** The merged template as YAML, in the language's own shape. */
export function yamlOfTemplate({ name, description, target, rules, grants, lineage }: MappingTemplate): string {
  return stringify({
    metadata: { name, description, lineage },
    target,
    rules: rules.map(({ name: rule, when, action, origin }) => ({
      name: rule,
      from: `${origin.file}:${origin.line}`,
      when,
      ...(action.type === 'map' ? { to: action.to } : { [action.type]: action.reason }),
    })),
    grants: grants.map(({ origin, ...grant }) => ({ ...grant, from: `${origin.file}:${origin.line}` })),
  });
}

/** For people. */
export function describeTemplates(templates: readonly Pick<MappingTemplate, 'name' | 'description'>[]): string {
  return templates.map(({ name, description }) => `${name}\n  ${description ?? ''}\n`).join('');
}

/** For people: one line for a template without problems. `reference` is how the user named it. */
export function describeChecked(reference: string, { rules, lineage }: MappingTemplate): string {
  return `${reference}: valid; ${rules.length} rules from ${lineage.join(' → ')}\n`;
}
