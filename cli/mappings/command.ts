import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { variableOption } from '../template-options.js';
import type { JsonOption, TemplateOptions } from './run.js';

export const registerMappings: Register = (program, io, done) => {
  const mappings = program.command('mappings').description('check, list and show mapping templates');
  mappings
    .command('check <templates...>')
    .description(
      'check templates: syntax, keys, types, variables, templates that they extend, rules that can never match',
    )
    .addOption(variableOption())
    .option('--json', 'print the problems as JSON')
    .addHelpText(
      'after',
      helpText({
        reads: 'the templates and those that they extend.',
        writes: 'nothing.',
        exitsOne: 'a template has an error; each is reported with its line',
        examples: ['mappings check mappings/acme.yaml --var team=sales'],
      }),
    )
    .action(async (templates: readonly string[], options: TemplateOptions) => {
      const { checkTemplates } = await import('./run.js');
      done(checkTemplates(templates, options, io));
    });
  mappings
    .command('list')
    .description('list the built-in templates')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        reads: 'the templates of this version.',
        writes: 'nothing.',
        examples: ['mappings list'],
      }),
    )
    .action(async (options: JsonOption) => {
      const { listTemplates } = await import('./run.js');
      done(listTemplates(options, io));
    });
  mappings
    .command('show <template>')
    .description('print a template with its ancestors merged in and its variables replaced')
    .addOption(variableOption())
    .option('--json', 'print JSON instead of YAML')
    .addHelpText(
      'after',
      helpText({
        reads: 'the template and those that it extends.',
        writes: 'nothing.',
        exitsOne: 'the template has an error',
        examples: ['mappings show ceph-team-databases --var team=sales'],
      }),
    )
    .action(async (template: string, options: TemplateOptions) => {
      const { showTemplate } = await import('./run.js');
      done(showTemplate(template, options, io));
    });
  mappings
    .command('schema')
    .description('print the JSON Schema of templates, for completion in editors')
    .addHelpText(
      'after',
      helpText({
        notes: ['Begin each template with the line: # yaml-language-server: $schema=./mapping-template.schema.json'],
        reads: 'nothing.',
        writes: 'nothing; the schema goes to standard output, as JSON.',
        examples: ['mappings schema > mapping-template.schema.json'],
      }),
    )
    .action(async () => {
      const { showSchema } = await import('./run.js');
      done(showSchema(io));
    });
};
