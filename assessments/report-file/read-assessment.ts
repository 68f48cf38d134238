import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Assessment } from '../assessment.js';
import { AssessmentBuilder } from './assessment-builder.js';
import { sections } from './layout.js';
import { linesOf } from '../../core/lines.js';
import { checkPartitionFile } from './partition-file.js';
import { problem } from './problems.js';

/**
 * Reads a report and checks all of it: schema, counts, duplicates, and its partition file. Line by line in the layout that
 * `assess` writes; a file that was reformatted is parsed at once. Expected failures are diagnostics.
 */
export async function readAssessment(path: string): Promise<Result<Assessment>> {
  const read = await readReport(path);
  if (!read.ok || read.value.partitionFile === null) return read;
  const broken = await checkPartitionFile(path, read.value.partitionFile);
  return broken.length > 0 ? fail(broken) : read;
}

/** The same checks for a value in memory, without the partition file. `file` names it in diagnostics. */
export function parseAssessment(value: unknown, file: string): Result<Assessment> {
  const builder = new AssessmentBuilder(file);
  if (!builder.header(value)) return builder.finish();
  const lists = value as Record<string, unknown>;
  const missing = sections.filter((name) => !Array.isArray(lists[name]));
  if (missing.length > 0) {
    return fail(
      missing.map((name) =>
        problem('schema-violation', file, `The report lacks the list '${name}'.`, undefined, { path: `/${name}` }),
      ),
    );
  }
  for (const name of sections) for (const item of lists[name] as unknown[]) builder.part(name, item);
  return builder.finish();
}

async function readReport(path: string): Promise<Result<Assessment>> {
  try {
    const inLayout = await readLayout(path);
    return inLayout.ok ? inLayout.value : await readWhole(path, inLayout.error);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail([unreadable(path, code, message)]);
  }
}

function unreadable(path: string, code: string, message: string): Diagnostic {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem(
      'file-missing',
      path,
      'There is no assessment at this path.',
      'Run `aws2openstack assess glue-catalog --region REGION --output-dir DIR`, then name DIR/glue-catalog-assessment.json.',
    );
  }
  if (code === 'EISDIR') {
    return problem(
      'file-missing',
      path,
      'This path is a folder; an assessment is a file.',
      `Name the file in it: ${path.replace(/\/+$/, '')}/glue-catalog-assessment.json.`,
    );
  }
  if (code === 'ERR_FS_FILE_TOO_LARGE' || code === 'ERR_STRING_TOO_LONG') {
    return problem(
      'file-too-large',
      path,
      'The report was reformatted and is too large to be parsed at once.',
      'Use the file as `aws2openstack assess glue-catalog` wrote it, one table per line.',
    );
  }
  return problem(
    'file-unreadable',
    path,
    `The report cannot be read: ${message}.`,
    'Make the file readable (`ls -l` shows its permissions).',
  );
}

type Line = Readonly<{ text: string; number: number }>;

/** Fails with the first line that is not in the layout of `assess`; 0 for an empty file. */
async function readLayout(path: string): Promise<Result<Result<Assessment>, number>> {
  const builder = new AssessmentBuilder(path);
  const steps = layoutSteps(builder);
  steps.next();
  let number = 0;
  for await (const bytes of linesOf(path)) {
    number += 1;
    if (!isUtf8(bytes)) return fail(number);
    const step = steps.next({ text: bytes.toString().trimEnd(), number });
    if (step.done === true) {
      if (step.value === 'deviates') return fail(number);
      if (step.value === 'refused') return ok(builder.finish());
    }
  }
  return steps.next(undefined).value === 'complete' ? ok(builder.finish()) : fail(number);
}

/** Takes one line after the other; `undefined` means that there are no more. */
function* layoutSteps(
  builder: AssessmentBuilder,
): Generator<undefined, 'complete' | 'deviates' | 'refused', Line | undefined> {
  const header = yield;
  if (!header?.text.endsWith(',')) return 'deviates';
  const head = parseJson(`${header.text.slice(0, -1)}}`);
  if (!head.ok) return 'deviates';
  if (!builder.header(head.value, header.number)) return 'refused';
  for (const name of sections) {
    if ((yield)?.text !== `"${name}":[`) return 'deviates';
    const end = name === 'tables' ? ']}' : '],';
    let count = 0;
    let more = true;
    for (let line = yield; line?.text !== end; line = yield) {
      if (line === undefined || !more) return 'deviates';
      more = line.text.endsWith(',');
      const item = parseJson(more ? line.text.slice(0, -1) : line.text);
      if (!item.ok) return 'deviates';
      builder.part(name, item.value, line.number);
      count += 1;
    }
    if (more && count > 0) return 'deviates';
  }
  for (let line = yield; line !== undefined; line = yield) if (line.text !== '') return 'deviates';
  return 'complete';
}

async function readWhole(path: string, deviation: number): Promise<Result<Assessment>> {
  const bytes = await readFile(path);
  const text = bytes.toString().replace(/^\uFEFF/, '');
  if (text.trim() === '') return fail([problem('file-empty', path, 'The file is empty.')]);
  if (!isUtf8(bytes)) {
    return fail([
      problem('not-utf8', path, `The file is not UTF-8 text (line ${deviation}).`, undefined, { line: deviation }),
    ]);
  }
  const parsed = parseJson(text);
  if (parsed.ok) return parseAssessment(parsed.value, path);
  return fail([notJson(path, text.trimEnd(), parsed.error, deviation)]);
}

function notJson(path: string, text: string, reason: string, deviation: number): Diagnostic {
  const isObject = text.trimStart().startsWith('{');
  const position = /at position (\d+)/.exec(reason)?.[1];
  const cutOff =
    !text.endsWith('}') || /end of JSON input|Unterminated/.test(reason) || Number(position) >= text.length;
  if (isObject && cutOff) {
    const line = text.split('\n').length;
    return problem('truncated', path, `The report is truncated: it ends in the middle, at line ${line}.`, undefined, {
      line,
    });
  }
  const line = position === undefined ? deviation : text.slice(0, Number(position)).split('\n').length;
  return problem('not-json', path, 'The file is not JSON.', undefined, { line });
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    return fail((error as SyntaxError).message);
  }
}
