import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const schema = join(import.meta.dirname, '..', '..', 'validation', 'certificate', 'certificate.schema.json');

/** What the files of a certificate in a folder violate of its JSON Schema. */
export function certificateViolations(folder: string): readonly string[] {
  const ajv = new Ajv({ allowUnionTypes: true, allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(schema, 'utf8')) as object);
  const check = (name: string, pointer: string, text: string): readonly string[] => {
    const isValid = ajv.validate(`certificate.schema.json${pointer}`, JSON.parse(text));
    return isValid ? [] : [`${name}: ${ajv.errorsText()}`];
  };
  const lines = readFileSync(join(folder, 'tables.ndjson'), 'utf8').trimEnd().split('\n');
  return [
    ...check('certificate.json', '', readFileSync(join(folder, 'certificate.json'), 'utf8')),
    ...lines.flatMap((line, index) => check(`tables.ndjson:${index + 1}`, '#/definitions/TableLine', line)),
  ];
}
