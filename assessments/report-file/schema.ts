import { Ajv } from 'ajv';
import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import type { AssessedDatabase, AssessedTable, Assessment, Finding } from '../assessment.js';
import { sections } from './layout.js';

export type Header = Omit<Assessment, 'findings' | 'databases' | 'tables'>;

interface Parts {
  readonly header: Header;
  readonly findings: Finding;
  readonly databases: AssessedDatabase;
  readonly tables: AssessedTable;
}

/** A part of the report on a line of its own. */
export type PartName = keyof Parts;

const schema = JSON.parse(
  readFileSync(new URL('../assessment.schema.json', import.meta.url), 'utf8'),
) as AnySchemaObject & {
  readonly definitions: {
    readonly Assessment: AnySchemaObject & {
      readonly properties: Record<string, unknown>;
      readonly required: string[];
    };
  };
};

const checkFirst = compile(false);
/** Compiled for the first value that is refused: most reports have none. */
let checkAll: ReturnType<typeof compile> | undefined;

/** Tells whether a value is that part. Stops at the first violation, which keeps the good case fast. */
export function isPart<Name extends PartName>(name: Name, value: unknown): value is Parts[Name] {
  return checkFirst[name](value);
}

/** Every violation of a value that `isPart` refused. */
export function violationsOf(name: PartName, value: unknown): readonly ErrorObject[] {
  checkAll ??= compile(true);
  checkAll[name](value);
  return checkAll[name].errors ?? [];
}

function compile(allErrors: boolean): Readonly<Record<PartName, ValidateFunction>> {
  const ajv = new Ajv({ allErrors, strict: true, allowUnionTypes: true, verbose: true });
  ajv.addSchema(schema);
  const lists: readonly string[] = sections;
  const isHeaderKey = (key: string): boolean => !lists.includes(key);
  const { required, properties } = schema.definitions.Assessment;
  const headerKeys = Object.keys(properties).filter(isHeaderKey);
  return {
    header: ajv.compile({
      $id: 'header.schema.json',
      type: 'object',
      required: required.filter(isHeaderKey),
      properties: Object.fromEntries(
        headerKeys.map((key) => [key, { $ref: `assessment.schema.json#/definitions/Assessment/properties/${key}` }]),
      ),
    }),
    findings: ajv.compile({ $ref: 'assessment.schema.json#/definitions/Finding' }),
    databases: ajv.compile({ $ref: 'assessment.schema.json#/definitions/AssessedDatabase' }),
    tables: ajv.compile({ $ref: 'assessment.schema.json#/definitions/AssessedTable' }),
  };
}
