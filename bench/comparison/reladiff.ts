import type { PythonCommand, PythonPackage } from './python-command.js';
import { rowNumber } from './keyed-sheets.js';
import type { KeyedCase, KeyedSheet } from './keyed-sheets.js';
import type { Judgement } from './results.js';

export const reladiffPackage: PythonPackage = {
  folder: 'reladiff',
  package: 'reladiff',
  command: 'reladiff',
  entryPoint: 'reladiff.__main__:main',
  imports: ['trino'],
};

export interface Place {
  /** Of the Trino door. */
  readonly host: string;
  readonly schema: string;
}

/**
 * The arguments for one case. `far` adds the rows that are far away by their number: a range of keys as wide as that of
 * a large table is hashed, while a narrow one is downloaded.
 */
export function reladiffArguments(
  { host, schema }: Place,
  { name, columns, source, target, farAway }: KeyedSheet,
  { id, key }: Pick<KeyedCase, 'id' | 'key'>,
  far: boolean,
): readonly string[] {
  const database = (catalog: string): string => `trino://admin@${host}/${catalog}/${schema}`;
  const by = far ? rowNumber : key;
  const compared = Object.keys(columns).filter((column) => column !== by && column !== rowNumber);
  return [
    ...[database(source[0]), `${name}_source`, database(target[0]), `${name}_target`],
    ...['-k', by],
    ...compared.flatMap((column) => ['-c', column]),
    ...['-w', far ? `case_id IN ('${id}', '${farAway.id}')` : `case_id = '${id}'`],
    ...(far ? ['-a', 'hashdiff', '--bisection-factor', '2'] : []),
    '--json',
  ];
}

/** It exits with 0 after an error too; only its log tells. */
export async function judgeByReladiff(command: PythonCommand, args: readonly string[]): Promise<Judgement> {
  const { status, stdout, stderr } = await command.run(...args);
  if (stdout.trim() !== '') return { verdict: 'different' };
  const error = /ERROR - (.*)/.exec(stderr)?.[1];
  if (status !== 0 || error !== undefined) return { verdict: 'error', reason: shortened(error ?? stderr) };
  return { verdict: 'equal' };
}

/** The beginning of one line. */
export function shortened(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200);
}
