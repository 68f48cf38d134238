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
    code: 'trino-catalog-name',
    holds: ({ catalogs }) => Object.keys(catalogs).every((name) => /^[a-z][a-z0-9_]*$/.test(name)),
    message: ({ catalogs }) =>
      `Of the catalogs ${Object.keys(catalogs).join(', ')} one has a name that Trino's file name cannot carry: lower-case letters, digits and underscores, a letter first.`,
    fix: 'Rename it under `target.catalogs`.',
  },
  {
    code: 'trino-catalog-reserved',
    holds: ({ catalogs }) => !('system' in catalogs),
    message: () => `Trino keeps the catalog name 'system' for itself.`,
    fix: 'Rename it under `target.catalogs`.',
  },
  {
    code: 'trino-heap',
    holds: ({ heapPercent }) => heapPercent >= 10 && heapPercent <= 85,
    message: ({ heapPercent }) => `The heap takes ${heapPercent} % of the memory; 10 to 85 are allowed.`,
    fix: 'Change it in the topology.',
  },
];
