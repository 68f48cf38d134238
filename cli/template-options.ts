import { InvalidArgumentError, Option } from 'commander';
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
    'assessment report (glue-catalog-assessment.json), or its folder',
  ).makeOptionMandatory();
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
