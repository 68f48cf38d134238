import { InvalidArgumentError, Option } from 'commander';
import { existsSync } from 'node:fs';
import { givenVariables } from '../mappings/given-variables.js';

/** `--var name=value`, repeatable; without any, the JSON object in A2O_VARS. */
export function variableOption(): Option {
  return new Option('--var <name=value>', 'value for a variable of the template (repeatable)')
    .default({}, 'none')
    .env('A2O_VARS')
    .argParser(collectVariable);
}

export function mappingOption(): Option {
  return new Option('-m, --mapping <template>', 'built-in template or path of a YAML file').default('default');
}

export function assessmentOption(): Option {
  return new Option(
    '-a, --assessment <file>',
    'assessment report (glue-catalog-assessment.json), or its folder; not an id, because the store keeps only part of the report',
  )
    .argParser(reportPath)
    .makeOptionMandatory();
}

export function terraformOption(): Option {
  return new Option(
    '--terraform <folder>',
    'folder of synth; warn if it was generated from other inputs (default: ask the store what synth recorded last)',
  );
}

/** For a command that asks the store alone. */
export const storedAssessmentHelp =
  "Name an assessment by its id, such as assessment-1a2b3c, by its report or the report's folder, or as 'latest'.";

function reportPath(text: string): string {
  const isId = /^(latest|assessment-[0-9a-f]{4,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text);
  if (!isId || existsSync(text)) return text;
  throw new InvalidArgumentError(
    `'${text}' names an assessment of the store, and this command reads the report itself: give glue-catalog-assessment.json, or the folder that aws2openstack assess wrote it to.`,
  );
}

type Variables = Readonly<Record<string, string>>;

function collectVariable(text: string, collected: Variables): Variables {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { ...collected, [name]: value };
  const fromEnvironment = givenVariables(text, 'A2O_VARS');
  if (fromEnvironment.ok) return fromEnvironment.value;
  throw new InvalidArgumentError(
    `'${text}' is neither name=value for --var nor a JSON object such as {"name":"value"} for A2O_VARS.`,
  );
}
