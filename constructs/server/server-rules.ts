import type { Rule } from '../common/rules.js';
import type { ServerProps } from './server.js';

export const serverRules: readonly Rule<ServerProps>[] = [
  {
    code: 'server-name',
    holds: ({ name }) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name),
    message: ({ name }) =>
      `'${name}' is not a valid host name; allowed are up to 63 lower-case letters, digits and hyphens, with a letter or digit at either end.`,
    fix: 'Change `target.name`, from which the name is derived.',
  },
  {
    code: 'data-volume-size',
    holds: ({ dataVolumeGb }) => dataVolumeGb === undefined || (Number.isInteger(dataVolumeGb) && dataVolumeGb >= 1),
    message: ({ dataVolumeGb }) =>
      `The data volume has ${dataVolumeGb} GB; the size must be a whole number of at least 1 GB.`,
    fix: 'Change `target.sizing.dataVolumeGb`.',
  },
];
