import { Fn, Op, TerraformVariable } from 'cdktf';
import type { TerraformStack } from 'cdktf';

/** Terraform variables of the test environment. Each has a default, except the one that must differ from run to run. */
export interface TestEnvVariables {
  readonly region: TerraformVariable;
  readonly environment: TerraformVariable;
  readonly databaseCount: TerraformVariable;
  readonly tablesPerDatabase: TerraformVariable;
  readonly bucketSuffix: TerraformVariable;
}

const highestCount = 100;

export function testEnvVariables(stack: TerraformStack, region: string): TestEnvVariables {
  const text = (
    id: string,
    description: string,
    pattern: string,
    allowed: string,
    value?: string,
  ): TerraformVariable => {
    const variable = new TerraformVariable(stack, id, {
      type: 'string',
      description,
      ...(value !== undefined && { default: value }),
    });
    const matches = Fn.can(Fn.regex(pattern, variable.stringValue));
    variable.addValidation({ condition: matches, errorMessage: `${id} must be ${allowed}.` });
    return variable;
  };
  const count = (id: string, description: string, value: number): TerraformVariable => {
    const variable = new TerraformVariable(stack, id, { type: 'number', description, default: value });
    variable.addValidation({
      condition: Op.and(Op.gte(variable.numberValue, 1), Op.lte(variable.numberValue, highestCount)),
      errorMessage: `${id} must be from 1 to ${highestCount}.`,
    });
    return variable;
  };
  return {
    region: text(
      'aws_region',
      'Where it is made.',
      '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      'a region such as eu-central-1',
      region,
    ),
    environment: text(
      'environment',
      'Value of the tag Environment.',
      '^[a-z][a-z0-9-]{0,31}$',
      '1 to 32 lower-case letters, digits and hyphens, a letter first',
      'test',
    ),
    databaseCount: count(
      'database_count',
      'How many Glue databases. Beyond two they are copies, for tests of scale.',
      2,
    ),
    tablesPerDatabase: count('tables_per_database', 'At most how many tables in each database.', 3),
    bucketSuffix: text(
      'bucket_suffix',
      'Last part of the bucket name: date and four random characters, such as 20260131-x7k2.',
      '^[0-9]{8}-[a-z0-9]{4}$',
      'a date and four lower-case letters or digits, such as 20260131-x7k2',
    ),
  };
}
