import { readFileSync } from 'node:fs';
import {
  builtInTemplates,
  findAuthoritiesOnDisk,
  findTemplateOnDisk,
  loadTemplate,
  mappingSchemaFile,
} from '../../mappings/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeChecked, describeTemplates, jsonOfTemplate, yamlOfTemplate } from './view.js';

export interface JsonOption {
  readonly json?: boolean;
}

export interface TemplateOptions extends JsonOption {
  readonly var: Readonly<Record<string, string>>;
}

export function checkTemplates(references: readonly string[], options: TemplateOptions, io: CliIo): ExitCode {
  const checked = references.map((reference) => ({ reference, loaded: load(reference, options) }));
  const problems = checked.flatMap(({ loaded }) => (loaded.ok ? [] : loaded.error));
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(problems)}\n`);
  } else {
    printDiagnostics(io, problems);
    for (const { reference, loaded } of checked) {
      if (loaded.ok) io.stdout.write(describeChecked(reference, loaded.value));
    }
  }
  return problems.length === 0 ? 0 : 1;
}

export function listTemplates({ json }: JsonOption, io: CliIo): ExitCode {
  const templates = builtInTemplates().flatMap((name) => {
    const loaded = load(name, { var: {} });
    return loaded.ok ? [{ name, description: loaded.value.description, lineage: loaded.value.lineage }] : [];
  });
  io.stdout.write(json === true ? `${JSON.stringify(templates)}\n` : describeTemplates(templates));
  return 0;
}

export function showTemplate(reference: string, options: TemplateOptions, io: CliIo): ExitCode {
  const loaded = load(reference, options);
  if (!loaded.ok) return failed(io, loaded.error);
  io.stdout.write(options.json === true ? jsonOfTemplate(loaded.value) : yamlOfTemplate(loaded.value));
  return 0;
}

export function showSchema(io: CliIo): ExitCode {
  io.stdout.write(readFileSync(mappingSchemaFile, 'utf8'));
  return 0;
}

function load(template: string, options: TemplateOptions): ReturnType<typeof loadTemplate> {
  return loadTemplate(template, {
    find: findTemplateOnDisk,
    findAuthorities: findAuthoritiesOnDisk,
    variables: options.var,
  });
}
