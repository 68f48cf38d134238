import type { ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { describeViolation } from '../../../core/violation.js';
import { parseYaml } from '../../../mappings/language/yaml-source.js';
import type { YamlSource } from '../../../mappings/language/yaml-source.js';
import { settingsViolations } from '../../../stacks/waves/settings.js';
import type { EnvironmentName, WavesSettings } from '../../../stacks/waves/settings.js';

/** Reads the settings of an environment; everything that is wrong in the file is reported with its line. */
export function readSettings(file: string, environment: EnvironmentName): Result<WavesSettings> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return fail([unreadable(file, (error as NodeJS.ErrnoException).code ?? String(error))]);
  }
  const source = parseYaml({ file, text });
  if (!source.ok) return source;
  const violations = settingsViolations(source.value.value).filter(({ keyword }) => keyword !== 'if');
  if (violations.length > 0) return fail(violations.map((violation) => problemOf(violation, source.value)));
  const settings = source.value.value as WavesSettings;
  if (settings.environments[environment] === undefined) return fail([noEnvironment(environment, source.value)]);
  return ok(settings);
}

function problemOf(error: ErrorObject, source: YamlSource): Diagnostic {
  const path = error.instancePath.split('/').slice(1);
  const { additionalProperty } = error.params as { readonly additionalProperty?: string };
  const place = additionalProperty === undefined ? path : [...path, additionalProperty];
  return diagnostic({
    code: 'waves-settings',
    path: `/${place.join('/')}`,
    message: `${path.length === 0 ? 'The file' : `'${path.join('.')}'`} ${describeViolation(error)}.`,
    fix: 'docs/waves/architecture.md describes the settings; examples/waves/settings.yaml is one.',
    at: source.positionOf(place, additionalProperty === undefined ? 'value' : 'key'),
  });
}

function noEnvironment(environment: EnvironmentName, source: YamlSource): Diagnostic {
  return diagnostic({
    code: 'waves-settings',
    path: '/environments',
    message: `The file has no settings for the environment '${environment}'.`,
    fix: `Add '${environment}: {}' below 'environments', or set --environment to one that the file has.`,
    at: source.positionOf(['environments']),
  });
}

function unreadable(file: string, code: string): Diagnostic {
  return diagnostic({
    code: 'waves-settings',
    path: file,
    message: `The wave settings cannot be read (${code}).`,
    fix: 'Set --settings to a YAML file such as examples/waves/settings.yaml (docs/waves/architecture.md).',
  });
}
