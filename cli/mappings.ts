import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { builtInTemplates, findTemplateOnDisk, loadTemplate, mappingSchemaFile } from '../mappings/index.js';
import type { MappingTemplate } from '../mappings/index.js';
import { failed, printDiagnostics } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { variableOption } from './template-options.js';

interface TemplateOptions {
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export const registerMappings: Register = (program: Command, io, done) => {
  const mappings = program.command('mappings').description('check, list and show mapping templates');
  mappings
    .command('check <templates...>')
    .description('check templates: syntax, keys, types, variables, extends, rules that can never match')
    .addOption(variableOption())
    .option('--json', 'print the problems as JSON')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings check mappings/acme.yaml --var team=sales')
    .action((templates: readonly string[], options: TemplateOptions) => {
      done(check(templates, options, io));
    });
  mappings
    .command('list')
    .description('list the built-in templates')
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings list')
    .action((options: { readonly json?: boolean }) => {
      done(list(options, io));
    });
  mappings
    .command('show <template>')
    .description('print a template with its ancestors merged in and its variables replaced')
    .addOption(variableOption())
    .option('--json', 'print JSON instead of YAML')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings show ceph-team-databases --var team=sales')
    .action((template: string, options: TemplateOptions) => {
      done(show(template, options, io));
    });
  mappings
    .command('schema')
    .description('print the JSON Schema that gives an editor completion')
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack mappings schema > mapping-template.schema.json\nand begin each template with\n  # yaml-language-server: $schema=./mapping-template.schema.json',
    )
    .action(() => {
      io.stdout.write(readFileSync(mappingSchemaFile, 'utf8'));
    });
};

function check(templates: readonly string[], options: TemplateOptions, io: CliIo): ExitCode {
  const checked = templates.map((template) => ({ template, loaded: load(template, options) }));
  const problems = checked.flatMap(({ loaded }) => (loaded.ok ? [] : loaded.error));
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(problems)}\n`);
  } else {
    printDiagnostics(io, problems);
    for (const { template, loaded } of checked) {
      if (loaded.ok)
        io.stdout.write(
          `${template}: good; ${loaded.value.rules.length} rules from ${loaded.value.lineage.join(' → ')}\n`,
        );
    }
  }
  return problems.length === 0 ? 0 : 1;
}

function list({ json }: { readonly json?: boolean }, io: CliIo): ExitCode {
  const templates = builtInTemplates().flatMap((name) => {
    const loaded = load(name, { var: {} });
    return loaded.ok ? [{ name, description: loaded.value.description, lineage: loaded.value.lineage }] : [];
  });
  io.stdout.write(
    json === true
      ? `${JSON.stringify(templates)}\n`
      : templates.map(({ name, description }) => `${name}\n  ${description ?? ''}\n`).join(''),
  );
  return 0;
}

function show(template: string, options: TemplateOptions, io: CliIo): ExitCode {
  const loaded = load(template, options);
  if (!loaded.ok) return failed(io, loaded.error);
  io.stdout.write(
    options.json === true
      ? `${JSON.stringify(loaded.value, (key, value: unknown) => (key === 'texts' ? undefined : value))}\n`
      : stringify(readable(loaded.value)),
  );
  return 0;
}

/** The merged template in the language's own shape. */
function readable({ name, description, target, rules, grants, lineage }: MappingTemplate): object {
  return {
    metadata: { name, description, lineage },
    target,
    rules: rules.map(({ name: rule, when, action, origin }) => ({
      name: rule,
      from: `${origin.file}:${origin.line}`,
      when,
      ...(action.type === 'map' ? { to: action.to } : { [action.type]: action.reason }),
    })),
    grants: grants.map(({ origin, ...grant }) => ({ ...grant, from: `${origin.file}:${origin.line}` })),
  };
}

function load(template: string, options: TemplateOptions): ReturnType<typeof loadTemplate> {
  return loadTemplate(template, { find: findTemplateOnDisk, variables: options.var });
}
