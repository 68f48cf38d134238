import type { ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { describeViolation } from '../../core/violation.js';
import { parseYaml } from '../../mappings/language/yaml-source.js';
import type { YamlSource } from '../../mappings/language/yaml-source.js';
import { settingsViolations } from '../../migration/cutover/index.js';
import type { CutoverSettings } from '../../migration/cutover/index.js';

/** Reads `cutover.yaml`; everything that is wrong in it is reported with its line. */
export function readSettings(file: string): Result<CutoverSettings> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return fail([unreadable(file, (error as NodeJS.ErrnoException).code ?? String(error))]);
  }
  const source = parseYaml({ file, text });
  if (!source.ok) return source;
  const violations = settingsViolations(source.value.value);
  if (violations.length > 0) return fail(violations.map((violation) => problemOf(violation, source.value)));
  return ok(source.value.value as CutoverSettings);
}

function problemOf(error: ErrorObject, source: YamlSource): Diagnostic {
  const path = error.instancePath.split('/').slice(1);
  const { additionalProperty } = error.params as { readonly additionalProperty?: string };
  const place = additionalProperty === undefined ? path : [...path, additionalProperty];
  return diagnostic({
    code: 'cutover-file',
    path: `/${place.join('/')}`,
    message: `${path.length === 0 ? 'The file' : `'${path.join('.')}'`} ${describeViolation(error)}.`,
    fix: `docs/cutover.md describes the file; examples/cutover/cutover.yaml is one.`,
    at: source.positionOf(place, additionalProperty === undefined ? 'value' : 'key'),
  });
}

function unreadable(file: string, code: string): Diagnostic {
  return diagnostic({
    code: 'cutover-file',
    path: file,
    message: `The cutover file cannot be read (${code}).`,
    fix: 'Set --file to a YAML file with the hooks for the steps (docs/cutover.md).',
  });
}
