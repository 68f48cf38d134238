import type { Rule } from '../common/rules.js';
import type { ServerProps } from './server.js';

export const serverRules: readonly Rule<ServerProps>[] = [
  {
    code: 'server-name',
    holds: ({ name }) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name),
    message: ({ name }) =>
      `'${name}' is no host name: at most 63 lower-case letters, digits and hyphens, a letter or digit at either end.`,
    fix: 'Change `target.name`.',
  },
  {
    code: 'data-volume-size',
    holds: ({ dataVolumeGb }) => dataVolumeGb === undefined || (Number.isInteger(dataVolumeGb) && dataVolumeGb >= 1),
    message: ({ dataVolumeGb }) =>
      `A data volume of ${dataVolumeGb} GB is asked for; whole gigabytes from 1 on are allowed.`,
    fix: 'Change `target.sizing.dataVolumeGb`.',
  },
];
