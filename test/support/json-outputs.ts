import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of the table in docs/json-output.md. */
interface JsonOutput {
  /** Such as `state migrate --dry-run`: the option makes another result of the command. */
  readonly command: string;
  /** `null` for a list. */
  readonly kind: string | null;
  readonly keys: readonly string[];
  /** Whether it has keys that the table does not name one by one. */
  readonly isOpen: boolean;
}

/** An object inside of a result, by a heading of docs/json-output.md. */
interface InnerObject {
  /** Such as `Plan.items[]`: the kind, and then keys; with brackets, each element. */
  readonly place: string;
  readonly keys: readonly string[];
  /** The keys that not every such object has. */
  readonly optional: readonly string[];
}

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'json-output.md'), 'utf8');

export const jsonOutputs: readonly JsonOutput[] = [
  ...page.matchAll(/^\| `([^`]+)` \| (?:`(\w+)`|list) \| (.+) \|$/gm),
].map(([, command = '', kind, keys = '']) => ({
  command,
  kind: kind ?? null,
  keys: [...keys.matchAll(/(?<!\[)`(\w+)`(?!\])/g)].map(([, key = '']) => key),
  isOpen: keys.includes('the columns of'),
}));

export const innerObjects: readonly InnerObject[] = page
  .split(/^### /m)
  .slice(1)
  .flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const rows = lines.flatMap((line) => [...line.matchAll(/^\| `(\w+)` \| (.+) \|$/g)]);
    const optional = rows.filter(([, , meaning = '']) => meaning.startsWith('only of ')).map(([, key = '']) => key);
    const keys = rows.map(([, key = '']) => key);
    return [...heading.matchAll(/`([A-Z][\w.[\]]+)`/g)].map(([, place = '']) => ({ place, keys, optional }));
  });

/** Every object at the place in a result; none where a list is empty. */
export function objectsAt(place: string, result: { readonly kind: string }): readonly object[] {
  const [kind = '', ...path] = place.split('.');
  if (kind !== result.kind) return [];
  return path.reduce<readonly object[]>(
    (found, step) => {
      const [, key = '', each] = /^(\w+)(\[\])?$/.exec(step) ?? [];
      const values = found.map((object) => (object as Readonly<Record<string, unknown>>)[key]);
      return (each === undefined ? values : values.flat()) as readonly object[];
    },
    [result],
  );
}

function innerProblem(result: { readonly kind: string }): string | undefined {
  for (const { place, keys, optional } of innerObjects) {
    for (const object of objectsAt(place, result)) {
      const found = Object.keys(object);
      const missing = keys.filter((key) => !found.includes(key) && !optional.includes(key));
      const unknown = found.filter((key) => !keys.includes(key));
      if (missing.length > 0 || unknown.length > 0)
        return `${place} lacks [${missing.join(', ')}] and has [${unknown.join(', ')}], which docs/json-output.md does not.`;
    }
  }
  return undefined;
}

/** The row for a command line; the one with an option goes first. */
export function jsonOutputOf(args: readonly string[]): JsonOutput | undefined {
  const named = (command: string): boolean => {
    const words = command.split(' ');
    const options = words.filter((word) => word.startsWith('-'));
    const path = words.slice(0, words.length - options.length);
    return path.every((word, index) => args[index] === word) && options.every((option) => args.includes(option));
  };
  return jsonOutputs
    .filter(({ command }) => named(command))
    .toSorted((a, b) => b.command.split(' ').length - a.command.split(' ').length)[0];
}

/**
 * How the output of a command line with `--json` differs from docs/json-output.md; undefined if it agrees or is empty.
 */
export function jsonProblem(args: readonly string[], stdout: string): string | undefined {
  if (!args.includes('--json') || args.includes('--help') || stdout === '') return undefined;
  const described = jsonOutputOf(args);
  if (described === undefined) return 'docs/json-output.md does not have the command.';
  const texts = args.includes('--watch') ? stdout.trimEnd().split('\n') : [stdout];
  return texts.map((text) => documentProblem(described, text)).find((problem) => problem !== undefined);
}

function documentProblem({ kind, keys, isOpen }: JsonOutput, text: string): string | undefined {
  const document: unknown = JSON.parse(text);
  if (kind === null) return Array.isArray(document) ? undefined : 'It is not a list.';
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'It is not an object.';
  const [first, ...others] = Object.keys(document);
  const { kind: found } = document as { readonly kind?: unknown };
  if (first !== 'kind' || found !== kind) return `Its first key is not the kind ${kind}.`;
  const missing = keys.filter((key) => !others.includes(key));
  const unknown = isOpen ? [] : others.filter((key) => !keys.includes(key));
  if (missing.length === 0 && unknown.length === 0) return innerProblem(document as { readonly kind: string });
  return `It lacks [${missing.join(', ')}] and has [${unknown.join(', ')}], which docs/json-output.md does not.`;
}
