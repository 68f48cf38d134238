// Compiles the JSON Schemas that commands check input against, at build time: compiled when `plan` starts, they took half of
// its time. Each becomes a file beside its schema; a file's exports have the names below and take a value, as ajv's do.
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { _ } from 'ajv/dist/compile/codegen/index.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const assessmentParts = {
  header: '#/definitions/Assessment',
  findings: '#/definitions/Finding',
  databases: '#/definitions/AssessedDatabase',
  tables: '#/definitions/AssessedTable',
};

const compiled = [
  {
    // Stops at the first violation, which keeps the good case fast.
    file: 'assessments/report-file/part-checks.cjs',
    schema: 'assessments/assessment.schema.json',
    exports: assessmentParts,
    options: { allowUnionTypes: true },
  },
  {
    file: 'assessments/report-file/part-violations.cjs',
    schema: 'assessments/assessment.schema.json',
    exports: assessmentParts,
    options: { allErrors: true, allowUnionTypes: true, verbose: true },
  },
  {
    file: 'mappings/language/template-checks.cjs',
    schema: 'mappings/templates/mapping-template.schema.json',
    exports: { template: '', variables: '#/$defs/variables', completeTarget: '#/$defs/completeTarget' },
    options: { allErrors: true, allowUnionTypes: true, verbose: true, strictTypes: false, strictRequired: false },
    formats: ['regex', 'glob', 'instant'],
  },
  {
    file: 'registration/manifest-checks.cjs',
    schema: 'registration/manifest.schema.json',
    exports: { index: '#/definitions/ManifestIndex', entry: '#/definitions/ManifestEntry' },
    options: { allowUnionTypes: true },
  },
  {
    file: 'migration/cutover/cutover-checks.cjs',
    schema: 'migration/cutover/cutover.schema.json',
    exports: { cutover: '' },
    options: { allErrors: true },
  },
  {
    file: 'waves/payload/payload-checks.cjs',
    schema: 'waves/payload/payload.schema.json',
    exports: { payload: '' },
    options: { allErrors: true, allowUnionTypes: true, verbose: true, strictTypes: false },
  },
  {
    file: 'waves/wave-file/wave-checks.cjs',
    schema: 'waves/wave-file/wave.schema.json',
    exports: { waves: '' },
    options: { allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false },
  },
  {
    file: 'validation/certificate/certificate-checks.cjs',
    schema: 'validation/certificate/certificate.schema.json',
    exports: { certificate: '', line: '#/definitions/TableLine' },
    options: { allowUnionTypes: true },
  },
  {
    file: 'waves/aws/order-checks.cjs',
    schema: 'waves/aws/order-message.schema.json',
    exports: { message: '' },
    options: { allErrors: true, verbose: true, strictRequired: false },
  },
  {
    file: 'stacks/waves/settings-checks.cjs',
    schema: 'stacks/waves/waves-settings.schema.json',
    exports: { settings: '' },
    options: { allErrors: true, strictRequired: false },
  },
];

/** The files' contents by path. With formats, a file exports a function that is given a check for each format. */
export function compiledSchemas() {
  return new Map(compiled.map((one) => [one.file, Buffer.from(codeOf(one))]));
}

function codeOf({ schema: path, exports, options, formats = [] }) {
  const schema = JSON.parse(readFileSync(join(root, path), 'utf8'));
  const Dialect = schema.$schema.includes('2020-12') ? Ajv2020 : Ajv;
  const ajv = new Dialect({
    ...options,
    code: { source: true, formats: _`formats` },
    formats: Object.fromEntries(formats.map((name) => [name, () => true])),
  });
  ajv.addSchema(schema);
  const references = Object.entries(exports).map(([name, pointer]) => [name, `${schema.$id}${pointer}`]);
  const code = standaloneCode(ajv, Object.fromEntries(references));
  return formats.length === 0 ? code : `module.exports = (formats) => {const exports = {};${code}\nreturn exports;};\n`;
}
