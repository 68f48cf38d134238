import type { Register } from '../program.js';
import { variableOption } from '../template-options.js';
import type { JsonOption, TemplateOptions } from './run.js';

export const registerMappings: Register = (program, io, done) => {
  const mappings = program.command('mappings').description('check, list and show mapping templates');
  mappings
    .command('check <templates...>')
    .description('check templates: syntax, keys, types, variables, extends, rules that can never match')
    .addOption(variableOption())
    .option('--json', 'print the problems as JSON')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings check mappings/acme.yaml --var team=sales')
    .action(async (templates: readonly string[], options: TemplateOptions) => {
      const { checkTemplates } = await import('./run.js');
      done(checkTemplates(templates, options, io));
    });
  mappings
    .command('list')
    .description('list the built-in templates')
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings list')
    .action(async (options: JsonOption) => {
      const { listTemplates } = await import('./run.js');
      done(listTemplates(options, io));
    });
  mappings
    .command('show <template>')
    .description('print a template with its ancestors merged in and its variables replaced')
    .addOption(variableOption())
    .option('--json', 'print JSON instead of YAML')
    .addHelpText('after', '\nExample:\n  $ aws2openstack mappings show ceph-team-databases --var team=sales')
    .action(async (template: string, options: TemplateOptions) => {
      const { showTemplate } = await import('./run.js');
      done(showTemplate(template, options, io));
    });
  mappings
    .command('schema')
    .description('print the JSON Schema of templates, for completion in editors')
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack mappings schema > mapping-template.schema.json\n\nBegin each template with:\n  # yaml-language-server: $schema=./mapping-template.schema.json',
    )
    .action(async () => {
      const { showSchema } = await import('./run.js');
      done(showSchema(io));
    });
};
