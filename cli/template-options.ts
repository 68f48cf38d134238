import { InvalidArgumentError, Option } from 'commander';

/** `--var name=value`, as often as needed. */
export function variableOption(): Option {
  return new Option('--var <name=value>', 'value for a variable of the template (repeatable)')
    .default({}, 'none')
    .argParser(collectVariable);
}

export function mappingOption(): Option {
  return new Option('-m, --mapping <template>', 'built-in template or path of a YAML file').default('default');
}

export function assessmentOption(): Option {
  return new Option(
    '-a, --assessment <file>',
    'assessment report (glue-catalog-assessment.json), or the folder it lies in',
  ).makeOptionMandatory();
}

function collectVariable(text: string, collected: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError(`write it as name=value, not '${text}'.`);
  return { ...collected, [name]: value };
}
