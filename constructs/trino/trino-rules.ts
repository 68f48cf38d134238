import type { Rule } from '../common/rules.js';
import type { TrinoProps } from './trino.js';

export const trinoRules: readonly Rule<TrinoProps>[] = [
  {
    code: 'trino-environment',
    holds: ({ environment }) => /^[a-z0-9][_a-z0-9]*$/.test(environment),
    message: ({ environment }) =>
      `'${environment}' is no Trino environment: lower-case letters, digits and underscores, a letter or digit first.`,
    fix: 'Change `target.name`.',
  },
  {
    code: 'trino-heap',
    holds: ({ heapPercent }) => heapPercent >= 10 && heapPercent <= 85,
    message: ({ heapPercent }) => `The heap takes ${heapPercent} % of the memory; 10 to 85 are allowed.`,
    fix: 'Change it in the topology.',
  },
];
