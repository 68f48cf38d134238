import type { PythonCommand, PythonPackage } from './python-command.js';
import { shortened } from './reladiff.js';
import { rowNumber } from './keyed-sheets.js';
import type { KeyedCase, KeyedSheet } from './keyed-sheets.js';
import type { Judgement, Verdict } from './results.js';

export const dataValidationPackage: PythonPackage = {
  folder: 'data-validation',
  package: 'google-pso-data-validator',
  command: 'data-validation',
  entryPoint: 'data_validation.__main__:main',
};

/** The connection's name. */
export const connection = 'corpus';

export const validations = ['column', 'row'] as const;

/** The arguments that compare cases with the same key: the figures of every column, or a hash of every row. */
export function dataValidationArguments(
  validation: (typeof validations)[number],
  schema: string,
  { name, columns }: KeyedSheet,
  cases: readonly Pick<KeyedCase, 'id' | 'key'>[],
): readonly string[] {
  const tables = cases.map(({ id }) => `${schema}.${name}_${id}_source=${schema}.${name}_${id}_target`);
  const compared = Object.keys(columns).filter((column) => column !== rowNumber);
  const all = ['--count', '*', '--min', '*', '--max', '*', '--sum', '*'];
  return [
    ...['validate', validation, '-sc', connection, '-tc', connection, '-tbls', tables.join(',')],
    ...(validation === 'column'
      ? [...all, '--wildcard-include-string-len', '--wildcard-include-timestamp']
      : ['--primary-keys', cases[0]?.key ?? rowNumber, '--hash', compared.join(',')]),
    ...['--format', 'json'],
  ];
}

/** A case is different where any validation of it failed. */
export async function judgeByDataValidation(
  command: PythonCommand,
  schema: string,
  sheet: KeyedSheet,
  cases: readonly KeyedCase[],
): Promise<ReadonlyMap<string, Judgement>> {
  const groups = [...Map.groupBy(cases, ({ key }) => key).values()];
  const answers = new Map<string, Judgement[]>(cases.map(({ id }) => [id, []]));
  for (const validation of validations)
    for (const group of groups) {
      const ask = (some: readonly KeyedCase[]): Promise<readonly Judgement[]> =>
        validated(command, (few) => dataValidationArguments(validation, schema, sheet, few), some);
      for (const [index, judgement] of (await ask(group)).entries())
        answers.get(group[index]?.id ?? '')?.push(judgement);
    }
  return new Map([...answers].map(([id, judgements]) => [id, worst(judgements)]));
}

/** One JSON object a table, in their order, until one ends the command with an error: the rest is asked for again. */
async function validated(
  command: PythonCommand,
  args: (cases: readonly KeyedCase[]) => readonly string[],
  cases: readonly KeyedCase[],
): Promise<readonly Judgement[]> {
  const judgements: Judgement[] = [];
  while (judgements.length < cases.length) {
    const { stdout, stderr } = await command.run(...args(cases.slice(judgements.length)));
    const results = stdout.split('\n').filter((line) => line.startsWith('{'));
    judgements.push(...results.map((line) => ({ verdict: verdictOf(line) })));
    if (judgements.length < cases.length) judgements.push({ verdict: 'error', reason: shortened(lastError(stderr)) });
  }
  return judgements;
}

function verdictOf(results: string): Verdict {
  const rows = Object.values(JSON.parse(results) as Readonly<Record<string, { readonly validation_status: string }>>);
  return rows.some(({ validation_status }) => validation_status === 'fail') ? 'different' : 'equal';
}

function worst(judgements: readonly Judgement[]): Judgement {
  const by = (verdict: Verdict): Judgement | undefined => judgements.find((one) => one.verdict === verdict);
  return by('different') ?? by('error') ?? { verdict: 'equal' };
}

/** The error at the end of Python's traceback or of argparse's usage. */
export function lastError(stderr: string): string {
  return (
    stderr.split('\n').findLast((line) => /^[\w.]*(Error|Exception): |: error: /.test(line)) ?? 'no error was printed'
  );
}
