// The tools of the MCP server with their arguments, between two markers of `docs/mcp.md`.
//
//   question-list.ts          prints the list
//   question-list.ts --write  writes it (`npm run docs:questions`)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { questions } from '../monitoring/questions/index.js';
import type { Question } from '../monitoring/questions/index.js';
import type { JsonSchema } from '../monitoring/questions/schema.js';

const page = join(import.meta.dirname, '..', 'docs', 'mcp.md');
const begin = '<!-- Generated from monitoring/questions/ by `npm run docs:questions`; do not edit. -->\n';
const end = '<!-- end -->';

/** The page with the list of these questions. */
export function withQuestions(text: string, list: readonly Question[]): string {
  const [before = '', rest = ''] = text.split(begin);
  return `${before}${begin}\n${list.map(describe).join('\n')}\n${end}${rest.split(end)[1] ?? ''}`;
}

function describe({ name, description, input }: Question): string {
  const required = input['required'] as readonly string[];
  const properties = Object.entries(input['properties'] as Readonly<Record<string, JsonSchema>>);
  const lines = properties.map(
    ([key, schema]) => `- \`${key}\`${required.includes(key) ? '' : ' (optional)'}: ${explain(schema)}`,
  );
  return `### ${name}\n\n${description}\n${lines.length === 0 ? '' : `\n${lines.join('\n')}\n`}`;
}

function explain({ description, items, minimum, maximum, ...schema }: JsonSchema): string {
  const values = schema['enum'] ?? (items as JsonSchema | undefined)?.['enum'];
  const range = [minimum, maximum].every((limit) => limit !== undefined)
    ? ` ${String(minimum)} to ${String(maximum)}.`
    : '';
  const usual = schema['default'] === undefined ? '' : ` Default: ${JSON.stringify(schema['default'])}.`;
  const text = typeof description === 'string' ? description : '';
  return Array.isArray(values)
    ? `${values.map((value) => `\`${String(value)}\``).join(', ')}. ${text}`
    : `${text}${range}${usual}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = withQuestions(readFileSync(page, 'utf8'), questions);
  if (process.argv.includes('--write')) writeFileSync(page, text);
  else process.stdout.write(text);
}
