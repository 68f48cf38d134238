import { diagnostic } from '../../core/diagnostic.js';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { Diagnostic, SourcePosition } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** A template's text and the name under which a person finds it. */
export interface TemplateText {
  /** Path as the user would type it. */
  readonly file: string;
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** Parsed YAML with the position of each value. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Where a key (`of: 'key'`) or its value begins; of a path that does not exist, where its nearest ancestor begins. */
  positionOf(path: Path, of?: 'key' | 'value'): Required<SourcePosition>;
}

const maxBytes = 1024 * 1024;

export function parseYaml({ file, text }: TemplateText): Result<YamlSource> {
  if (Buffer.byteLength(text) > maxBytes) return fail([tooLarge(file)]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset: number): Required<SourcePosition> => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return fail(problems.map((problem) => syntaxError(problem.message, at(problem.pos[0]))));
  }
  const value = toPlainValue(document);
  if (!value.ok) return fail([syntaxError(value.error, at(0))]);
  return ok({
    file,
    text,
    value: value.value,
    positionOf: (path, of = 'value') => at(offsetOf(document, path, of)),
  });
}

/** Anchors may multiply without bound or refer to themselves; the library throws in both cases. */
function toPlainValue(document: Document): Result<unknown, string> {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(value);
    return ok(value);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function offsetOf(document: Document, path: Path, of: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of path.entries()) {
    const child = childOf(node, segment);
    if (child === undefined) return offset;
    const isLast = depth === path.length - 1;
    const key = isPair(child) ? startOf(child.key) : undefined;
    node = isPair(child) ? child.value : child;
    offset = (isLast && of === 'key' ? key : startOf(node)) ?? key ?? offset;
  }
  return offset;
}

function childOf(node: unknown, segment: string | number): Pair | Node | undefined {
  if (isMap(node)) return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
  if (isSeq(node)) return node.items[Number(segment)] as Node | undefined;
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function syntaxError(message: string, at: SourcePosition): Diagnostic {
  return diagnostic({
    code: 'yaml-syntax',
    message: `The file is not valid YAML: ${message}`,
    fix: 'Correct the line; text with `: `, `#`, `*`, `{` or `${` at its start needs quotes.',
    at,
  });
}

function tooLarge(file: string): Diagnostic {
  return diagnostic({
    code: 'template-too-large',
    message: `The file is larger than ${maxBytes / 1024} KiB, which a mapping template never needs.`,
    fix: 'Give a mapping template (YAML); pass an assessment with --assessment.',
    at: { file },
  });
}
