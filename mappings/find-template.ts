import { existsSync } from 'node:fs';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fail, ok } from '../core/result.js';
import type { FindTemplate } from './language/lineage.js';
import { maxTemplateBytes } from './language/yaml-source.js';
import { suggestion } from './language/schema-diagnostics.js';
import { builtInFolder, builtInTemplates } from './built-in-templates.js';
import { readRegularFile } from './read-regular-file.js';

/** The JSON Schema of the language, for editors. */
export const mappingSchemaFile = join(builtInFolder, 'mapping-template.schema.json');

/** Whether a template comes with the tool. `file` is as in the template's source. */
export function isBuiltInTemplate(file: string): boolean {
  return builtInTemplates().some((name) => builtInFile(name) === file);
}

/** How messages name it: it lies in the package, which is nothing to users. */
function builtInFile(name: string): string {
  return `<built-in>/${name}.yaml`;
}

/** Finds templates on disk: a bare name is a built-in one, everything else a path relative to the file that names it. */
export const findTemplateOnDisk: FindTemplate = (reference, from) => {
  const isBuiltIn = builtInTemplates().includes(reference);
  const path = isBuiltIn
    ? join(builtInFolder, `${reference}.yaml`)
    : resolve(from === null ? '.' : dirname(from), reference);
  try {
    const text = readRegularFile(path, maxTemplateBytes);
    if (text === undefined) return fail(notAFile(displayPath(path)));
    return ok({ file: isBuiltIn ? builtInFile(reference) : displayPath(path), text });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const names = builtInTemplates();
    const isBareName = !/[./\\]/.test(reference);
    return fail(
      diagnostic({
        code: 'template-not-found',
        path: from === null ? reference : '/extends',
        message: isBareName
          ? `There is no built-in template '${reference}' and no file of that name. Built in: ${names.join(', ')}.`
          : `The template ${displayPath(path)} cannot be read (${code ?? 'unknown error'}).`,
        fix:
          suggestion(reference, names) ??
          (existsSync(`${path}.yaml`)
            ? `Did you mean '${reference}.yaml'?`
            : 'Give the name of a built-in template, or the path of a YAML file (in `extends`: relative to the file that contains it).'),
      }),
    );
  }
};

function notAFile(path: string): Diagnostic {
  return diagnostic({
    code: 'template-not-found',
    path,
    message: `${path === '' ? 'The current folder' : path} is not a file; a mapping template is a YAML file.`,
    fix: 'Give the path of the YAML file.',
  });
}

/** Relative where that is shorter to read; two spellings of one file become equal. */
function displayPath(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
