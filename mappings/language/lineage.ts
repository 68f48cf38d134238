import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseYaml } from './yaml-source.js';
import type { TemplateText, YamlSource } from './yaml-source.js';

/** Finds a template's text by a built-in name or a path. `from` is the file that refers to it, `null` for the user. */
export type FindTemplate = (reference: string, from: string | null) => Result<TemplateText, Omit<Diagnostic, 'at'>>;

const maxGenerations = 16;

/** The template that was asked for, then its parent, its parent's parent, … */
export function readLineage(reference: string, find: FindTemplate): Result<readonly YamlSource[]> {
  const lineage: YamlSource[] = [];
  let next: string | undefined = reference;
  while (next !== undefined) {
    const child = lineage.at(-1);
    const at = child === undefined ? {} : { at: child.positionOf(['extends']) };
    const found = find(next, child?.file ?? null);
    if (!found.ok) return fail([{ ...found.error, ...at }]);
    const cycle = lineage.findIndex(({ file }) => file === found.value.file);
    if (cycle >= 0) return fail([{ ...cycleIn([...lineage.slice(cycle), found.value]), ...at }]);
    if (lineage.length === maxGenerations) return fail([{ ...tooLong(), ...at }]);
    const source = parseYaml(found.value);
    if (!source.ok) return source;
    if (!isTemplateLike(source.value.value)) return fail([{ ...notATemplate(found.value.file), ...at }]);
    lineage.push(source.value);
    next = parentOf(source.value);
  }
  return ok(lineage);
}

/** The schema reports anything that is not a text. */
function parentOf({ value }: YamlSource): string | undefined {
  const parent =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['extends'] : undefined;
  return typeof parent === 'string' && parent !== '' ? parent : undefined;
}

/**
 * Any file can be named, such as one with passwords, whose keys and values must not get into messages. A list and an empty
 * file have none.
 */
function isTemplateLike(value: unknown): boolean {
  if (value === null || Array.isArray(value)) return true;
  if (typeof value !== 'object') return false;
  const { apiVersion, kind } = value as Readonly<Record<string, unknown>>;
  return kind === 'MappingTemplate' || String(apiVersion).startsWith('aws2openstack/');
}

function notATemplate(file: string): Diagnostic {
  return diagnostic({
    code: 'not-a-template',
    message: `The file ${file} is not a mapping template.`,
    fix: 'Name a mapping template; it begins with `apiVersion: aws2openstack/v1` and `kind: MappingTemplate`.',
    at: { file },
  });
}

function cycleIn(sources: readonly { readonly file: string }[]): Diagnostic {
  return diagnostic({
    code: 'extends-cycle',
    path: '/extends',
    message: `The templates extend one another in a cycle: ${sources.map(({ file }) => file).join(' → ')}.`,
    fix: 'Remove one `extends`; `extends: default` is the usual root.',
  });
}

function tooLong(): Diagnostic {
  return diagnostic({
    code: 'extends-too-deep',
    path: '/extends',
    message: `The chain of \`extends\` has more than ${maxGenerations} templates.`,
    fix: 'Shorten the chain: move the rules of a template into the one that extends it, and remove its `extends`.',
  });
}
