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

/** Far more than a template of 10,000 rules has. */
export const maxTemplateBytes = 4 * 1024 * 1024;

export function parseYaml({ file, text }: TemplateText): Result<YamlSource> {
  if (Buffer.byteLength(text) > maxTemplateBytes) return fail([tooLarge(file)]);
  const lines = new LineCounter();
  const document = tryToParse(text, lines);
  if (document === undefined) return fail([syntaxError(tooDeep, { file })]);
  const at = (offset: number): Required<SourcePosition> => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return fail(
      problems.map(({ code, pos }) => syntaxError(syntaxProblems[code] ?? 'this is not allowed here', at(pos[0]))),
    );
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

/** `undefined`: too deep for the parser, which calls itself for each level. */
function tryToParse(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  } catch {
    return undefined;
  }
}

const maxDepth = 100;
const tooDeep = `it is nested more than ${maxDepth} levels deep`;

/** By the parser's code; its own messages quote the file. Source: yaml, 'Errors'. */
const syntaxProblems: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias (*name) refers to no anchor (&name) before it',
  BAD_COLLECTION_TYPE: 'a tag (!name) does not fit its value',
  BAD_DIRECTIVE: 'a line that begins with % is not a directive',
  BAD_DQ_ESCAPE: 'a text in double quotes has an unknown escape after \\',
  BAD_INDENT: 'the line is not indented like its neighbours',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BAD_SCALAR_START: 'a text cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a map or list begins on the line of another key',
  BLOCK_IN_FLOW: 'a map or list of several lines stands inside { } or [ ]',
  DUPLICATE_KEY: 'a key is given twice in the same map',
  MISSING_CHAR: 'a character is missing, such as a closing quote or bracket, a comma, or the colon after a key',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines',
  MULTIPLE_ANCHORS: 'a value has several anchors',
  MULTIPLE_DOCS: 'the file holds several documents, separated by ---; a template is one document',
  MULTIPLE_TAGS: 'a value has several tags',
  NON_STRING_KEY: 'a key is not a text; put it in quotes',
  RESOURCE_EXHAUSTION: tooDeep,
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!name) is not known, or does not fit its value',
  UNEXPECTED_TOKEN: 'this text is not expected here',
};

/** Anchors may multiply without bound or refer to themselves; the library throws for the former. */
function toPlainValue(document: Document): Result<unknown, string> {
  const aliases = 'its aliases (*name) repeat one another too often, or refer to themselves';
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return fail(aliases);
  }
  return depthOf(value) > maxDepth ? fail(isCircular(value) ? aliases : tooDeep) : ok(value);
}

/** Counts up to one more than allowed, so that a value that holds itself has a depth, too. */
function depthOf(value: unknown): number {
  let level = [value];
  let depth = 0;
  while (level.length > 0 && depth <= maxDepth) {
    depth += 1;
    level = [...new Set(level.flatMap((each): unknown[] => (isNested(each) ? Object.values(each) : [])))].filter(
      isNested,
    );
  }
  return depth;
}

function isCircular(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
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
    message: `The file is larger than ${maxTemplateBytes / 1024} KiB, which a mapping template never needs.`,
    fix: 'Give a mapping template (YAML); pass an assessment with --assessment.',
    at: { file },
  });
}
