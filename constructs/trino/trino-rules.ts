import type { Rule } from '../common/rules.js';
import type { TrinoProps } from './trino.js';

export const trinoRules: readonly Rule<TrinoProps>[] = [
  {
    code: 'trino-environment',
    holds: ({ environment }) => /^[a-z0-9][_a-z0-9]*$/.test(environment),
    message: ({ environment }) =>
      `'${environment}' is not a valid Trino environment; it must consist of lower-case letters, digits and underscores, and start with a letter or digit.`,
    fix: 'Change `target.name`, from which the environment is derived.',
  },
  {
    code: 'trino-heap',
    holds: ({ heapPercent }) => heapPercent >= 10 && heapPercent <= 85,
    message: ({ heapPercent }) => `The heap is ${heapPercent} % of the memory; it must be from 10 to 85 %.`,
    fix: 'Set `heapPercent` to a value from 10 to 85.',
  },
];
